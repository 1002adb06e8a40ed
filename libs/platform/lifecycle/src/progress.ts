/**
 * Heartbeat of a loop. Before the first one no progress is expected: the loop has not started, or another process is
 * the leader.
 */
export class Progress {
  private madeAt: number | undefined;

  constructor(
    /** Maximum time between two beats, ms. */
    private readonly limitMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  readonly made = (): void => void (this.madeAt = this.now());

  /** Liveness check: the reason if the loop is stuck; undefined while it makes progress. */
  readonly stalled = (): string | undefined => {
    if (this.madeAt === undefined) return undefined;
    const ms = this.now() - this.madeAt;
    return ms < this.limitMs ? undefined : `no progress for ${Math.round(ms / 1000)} s`;
  };
}

/** Factor on the limit for loops that wait for other services, which have their own timeouts. */
export const LOOP_PATIENCE = 5;
