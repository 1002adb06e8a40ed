/** The outcome of the wait of one request. */
export type WaitEnd = 'ready' | 'timeout' | 'full' | 'left' | 'closed';

/** The wait slots shared by all workloads. */
export class WaitingPlaces {
  private taken = 0;

  constructor(private readonly limit: number) {}

  /** Takes a slot; false where none is left. */
  take(): boolean {
    if (this.taken >= this.limit) return false;
    this.taken += 1;
    return true;
  }

  giveBack(): void {
    this.taken -= 1;
  }
}

/**
 * Requests of one workload that wait for a replica. Their number is limited per workload and in total; the caller
 * limits the time of each.
 */
export class WaitingRoom {
  private readonly waiting = new Set<(end: WaitEnd) => void>();

  constructor(
    private readonly limit: number,
    private readonly places: WaitingPlaces,
  ) {}

  /** Requests waiting now. */
  get size(): number {
    return this.waiting.size;
  }

  /**
   * Resolves when a replica is ready, after `ms`, at once when the room is full, or when the client has disconnected.
   */
  wait(ms: number, clientLeft: AbortSignal): Promise<WaitEnd> {
    if (clientLeft.aborted) return Promise.resolve('left');
    if (this.waiting.size >= this.limit || !this.places.take()) return Promise.resolve('full');
    return new Promise((resolve) => {
      const end = (how: WaitEnd): void => {
        if (!this.waiting.delete(end)) return;
        this.places.giveBack();
        clearTimeout(timer);
        clientLeft.removeEventListener('abort', leave);
        resolve(how);
      };
      const leave = (): void => end('left');
      const timer = setTimeout(() => end('timeout'), ms);
      clientLeft.addEventListener('abort', leave);
      this.waiting.add(end);
    });
  }

  /** Releases all waiting requests, in the order of arrival. */
  release(how: 'ready' | 'closed'): void {
    for (const end of [...this.waiting]) end(how);
  }
}
