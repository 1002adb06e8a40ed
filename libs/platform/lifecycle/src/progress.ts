/**
 * Signs of progress of a loop. Before the first one nothing is expected of it: it has not begun, or somebody else does its
 * work.
 */
export class Progress {
  private madeAt: number | undefined;

  constructor(
    /** Longest time without a sign, ms. */
    private readonly limitMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  readonly made = (): void => void (this.madeAt = this.now());

  /** Why the loop counts as wedged; undefined while it goes on. A liveness check. */
  readonly stalled = (): string | undefined => {
    if (this.madeAt === undefined) return undefined;
    const ms = this.now() - this.madeAt;
    return ms < this.limitMs ? undefined : `no progress for ${Math.round(ms / 1000)} s`;
  };
}

/** A loop waits for others, who have limits of their own: it gets so many times the time of what depends on nobody. */
export const LOOP_PATIENCE = 5;
