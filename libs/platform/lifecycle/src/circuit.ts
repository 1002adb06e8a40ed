export interface CircuitOptions {
  /** Consecutive failures after which the circuit opens. */
  readonly failures: number;
  /** How long it stays open before one call is let through, ms. */
  readonly openMs: number;
  /** Whether an error is a failure of the service; others, such as a refused input, show that it works. */
  readonly isFailure: (error: unknown) => boolean;
  /** A monotonic clock, ms. */
  readonly now?: () => number;
}

/** The call was not made, because the last ones failed. */
export class CircuitOpenError extends Error {
  constructor(
    /** The last failure. */
    readonly failure: unknown,
    readonly failures: number,
    readonly retryAfterMs: number,
  ) {
    const what = failure instanceof Error ? failure.message : String(failure);
    const when = `the next one is tried in ${Math.ceil(retryAfterMs / 1000)} s`;
    super(`not asked, since ${failures} calls in a row have failed (${when}): ${what}`);
    this.name = 'CircuitOpenError';
  }
}

/**
 * Protects a failing service, and its callers from waiting: after some consecutive failures, calls are refused at once.
 * When that time is over, one call probes the service (half open) while the others are still refused; its result closes
 * the circuit or opens it again.
 */
export class Circuit {
  private failed = 0;
  private lastFailure: unknown;
  private openUntil = -Infinity;
  private probing = false;

  constructor(private readonly options: CircuitOptions) {}

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.failed < this.options.failures) return 'closed';
    return this.now() < this.openUntil ? 'open' : 'half-open';
  }

  /** The result of the call. Rejects with its error, or with {@link CircuitOpenError} where it was not made. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const { state } = this;
    if (state === 'open' || (state === 'half-open' && this.probing))
      throw new CircuitOpenError(this.lastFailure, this.failed, Math.max(0, this.openUntil - this.now()));
    const isProbe = state === 'half-open';
    this.probing ||= isProbe;
    try {
      const result = await call();
      this.failed = 0;
      return result;
    } catch (error) {
      if (this.options.isFailure(error)) this.note(error);
      else this.failed = 0;
      throw error;
    } finally {
      if (isProbe) this.probing = false;
    }
  }

  private note(error: unknown): void {
    const wasOpen = this.state === 'open';
    this.failed += 1;
    this.lastFailure = error;
    if (!wasOpen && this.failed >= this.options.failures) this.openUntil = this.now() + this.options.openMs;
  }

  private now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}
