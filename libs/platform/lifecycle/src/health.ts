/** A check: returns the reason of a failure, or undefined. */
export type Check = () => string | undefined | Promise<string | undefined>;

/** Result of one named check. */
export interface CheckResult {
  readonly kind: 'readiness' | 'liveness';
  readonly check: string;
  /** Why it fails; undefined while it passes. */
  readonly cause: string | undefined;
}

/** Timeout of a check, ms. */
const CHECK_MS = 4_000;

/** Liveness and readiness of one process. */
export class Health {
  private readonly checks = new Map<string, Check>();
  private readonly liveness = new Map<string, Check>();
  private stopping = false;

  /** Adds a named readiness check. */
  addCheck(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /**
   * Adds a named liveness check, for failures that only a restart of the process repairs. It must not wait for other
   * services.
   */
  addLivenessCheck(name: string, check: () => string | undefined): void {
    this.liveness.set(name, check);
  }

  /** Marks the process as not ready, so that it gets no new work. */
  beginStop(): void {
    this.stopping = true;
  }

  /** Failed readiness checks as `name: reason`; empty if the process can serve. */
  async failures(): Promise<readonly string[]> {
    return this.stopping ? ['stopping'] : reasonsOf(await resultsOf('readiness', this.checks));
  }

  /** Failed liveness checks as `name: reason`; empty while the process makes progress or is stopping. */
  async wedged(): Promise<readonly string[]> {
    return this.stopping ? [] : reasonsOf(await resultsOf('liveness', this.liveness));
  }

  /** The result of every check; empty while stopping. */
  async results(): Promise<readonly CheckResult[]> {
    if (this.stopping) return [];
    const [readiness, liveness] = await Promise.all([
      resultsOf('readiness', this.checks),
      resultsOf('liveness', this.liveness),
    ]);
    return [...readiness, ...liveness];
  }
}

/** Applies the timeout, so that a check that hangs still gets an answer. */
async function withinLimit<T>(answer: Promise<T>): Promise<T> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    limit = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(limit));
}

const resultsOf = (
  kind: CheckResult['kind'],
  checks: ReadonlyMap<string, Check>,
): Promise<readonly CheckResult[]> =>
  Promise.all(
    [...checks].map(async ([name, check]) => {
      const cause = await withinLimit(Promise.resolve().then(check)).catch((error: unknown) => String(error));
      return { kind, check: name, cause };
    }),
  );

const reasonsOf = (results: readonly CheckResult[]): readonly string[] =>
  results.flatMap(({ check, cause }) => (cause === undefined ? [] : [`${check}: ${cause}`]));
