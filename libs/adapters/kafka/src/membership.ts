const HEARTBEAT_MS = 1_500;

/** Sends heartbeats while a handler runs, so that the consumer stays in its group. */
export class Membership {
  private readonly gone = new AbortController();
  private readonly timer: NodeJS.Timeout;
  /** Rejects with the reason once this process is no longer a member: the group rebalances, or the broker is down. */
  readonly lost: Promise<never>;

  constructor(heartbeat: () => Promise<void>) {
    this.lost = new Promise((_resolve, reject) => {
      this.gone.signal.addEventListener('abort', () => reject(this.gone.signal.reason as Error));
    });
    this.lost.catch(() => undefined);
    this.timer = setInterval(() => {
      heartbeat().catch((error: unknown) => this.gone.abort(error));
    }, HEARTBEAT_MS);
  }

  get signal(): AbortSignal {
    return this.gone.signal;
  }

  end(): void {
    clearInterval(this.timer);
  }
}
