/** Why a held request got no replica. */
export type Refusal =
  /** None became free within the wait limit. */
  | 'timeout'
  /** The queue of the workload, or that of all workloads, is full. */
  | 'full'
  /** The client disconnected. */
  | 'left'
  /** The gateway stops. */
  | 'closed'
  /** The scheduler reports that the replicas do not start. */
  | 'failed'
  /** The scheduler knows no such workload. */
  | 'gone';

/** The outcome of the wait of one request: the replica that it has a place at, or why there is none. */
export type HoldEnd<B> = { readonly backend: B } | { readonly refused: Refusal };

/** The slots for held requests, shared by the queues of all workloads. */
export class HoldSlots {
  private used = 0;

  constructor(private readonly limit: number) {}

  /** Reserves a slot; false where none is left. */
  reserve(): boolean {
    if (this.used >= this.limit) return false;
    this.used += 1;
    return true;
  }

  free(): void {
    this.used -= 1;
  }
}

/**
 * Requests of one workload that wait for a place at a replica, in the order of arrival. Their number is limited per
 * workload and in total; the caller limits the time of each.
 */
export class HoldQueue<B> {
  private readonly waiting = new Set<(end: HoldEnd<B>) => void>();

  constructor(
    private readonly limit: number,
    private readonly slots: HoldSlots,
  ) {}

  /** Requests waiting now. */
  get size(): number {
    return this.waiting.size;
  }

  /**
   * Resolves with a place from {@link HoldQueue.serve}, after `ms`, at once when the queue is full, or when the client
   * has disconnected.
   */
  wait(ms: number, clientLeft: AbortSignal): Promise<HoldEnd<B>> {
    if (clientLeft.aborted) return Promise.resolve({ refused: 'left' });
    if (this.waiting.size >= this.limit || !this.slots.reserve()) return Promise.resolve({ refused: 'full' });
    return new Promise((resolve) => {
      const end = (how: HoldEnd<B>): void => {
        if (!this.waiting.delete(end)) return;
        this.slots.free();
        clearTimeout(timer);
        clientLeft.removeEventListener('abort', leave);
        resolve(how);
      };
      const leave = (): void => end({ refused: 'left' });
      const timer = setTimeout(() => end({ refused: 'timeout' }), ms);
      clientLeft.addEventListener('abort', leave);
      this.waiting.add(end);
    });
  }

  /** Gives places to waiting requests, in the order of arrival, for as long as `next` has one. */
  serve(next: () => B | undefined): void {
    for (const end of this.waiting) {
      const backend = next();
      if (backend === undefined) return;
      end({ backend });
    }
  }

  /** Ends the wait of all requests, in the order of arrival. */
  refuse(refused: Refusal): void {
    for (const end of [...this.waiting]) end({ refused });
  }
}
