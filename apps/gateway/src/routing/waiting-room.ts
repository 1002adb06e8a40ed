/** How the wait of one request ended. */
export type WaitEnd = 'ready' | 'timeout' | 'full' | 'left' | 'closed';

/** How many requests of all workloads may still wait. */
export class WaitingPlaces {
  private taken = 0;

  constructor(private readonly limit: number) {}

  /** False where none is left. */
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
 * Requests of one workload that wait for a replica. Bounded in number, of its own and with those of all others; each one
 * bounded in time by its caller.
 */
export class WaitingRoom {
  private readonly waiting = new Set<(end: WaitEnd) => void>();

  constructor(
    private readonly limit: number,
    private readonly places: WaitingPlaces,
  ) {}

  /** Requests that wait now. */
  get size(): number {
    return this.waiting.size;
  }

  /** Resolves when a replica is ready, after `ms`, at once when the room is full, or when the client has left. */
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

  /** Lets everyone go, in the order of arrival. */
  release(how: 'ready' | 'closed'): void {
    for (const end of [...this.waiting]) end(how);
  }
}
