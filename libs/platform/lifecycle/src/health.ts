/** Answers why a part is not ready, or undefined when it is. */
export type Check = () => string | undefined | Promise<string | undefined>;

/** Liveness and readiness of one process. */
export class Health {
  private readonly checks = new Map<string, Check>();
  private stopping = false;

  /** A named readiness check. */
  addCheck(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From now on the process is not ready, so that nobody sends it new work. */
  beginStop(): void {
    this.stopping = true;
  }

  /** The checks that say no, each as `name: reason`; empty when the process can serve. */
  async failures(): Promise<readonly string[]> {
    if (this.stopping) return ['stopping'];
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        const reason = await Promise.resolve()
          .then(check)
          .catch((error: unknown) => String(error));
        return reason === undefined ? [] : [`${name}: ${reason}`];
      }),
    );
    return results.flat();
  }
}
