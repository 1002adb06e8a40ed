/** Answers why a part is not ready, or undefined when it is. */
export type Check = () => string | undefined | Promise<string | undefined>;

/** Longest time that a check may take, ms. */
const CHECK_MS = 4_000;

/** Liveness and readiness of one process. */
export class Health {
  private readonly checks = new Map<string, Check>();
  private readonly liveness = new Map<string, Check>();
  private stopping = false;

  /** A named readiness check. */
  addCheck(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** A named liveness check: what it says can only be mended by a new process. It must not wait for anybody. */
  addLivenessCheck(name: string, check: () => string | undefined): void {
    this.liveness.set(name, check);
  }

  /** From now on the process is not ready, so that nobody sends it new work. */
  beginStop(): void {
    this.stopping = true;
  }

  /** The checks that say no, each as `name: reason`; empty when the process can serve. */
  async failures(): Promise<readonly string[]> {
    return this.stopping ? ['stopping'] : reasonsOf(this.checks);
  }

  /** Why the process is of no use any more, each as `name: reason`; empty while it makes progress, or stops. */
  async wedged(): Promise<readonly string[]> {
    return this.stopping ? [] : reasonsOf(this.liveness);
  }
}

/** Who asks is answered, even where a check waits for somebody who never does. */
async function withinLimit<T>(answer: Promise<T>): Promise<T> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    limit = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(limit));
}

async function reasonsOf(checks: ReadonlyMap<string, Check>): Promise<readonly string[]> {
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => {
      const reason = await withinLimit(Promise.resolve().then(check)).catch((error: unknown) =>
        String(error),
      );
      return reason === undefined ? [] : [`${name}: ${reason}`];
    }),
  );
  return results.flat();
}
