/** How the wait of one request ended. */
export type WaitEnd = 'ready' | 'timeout' | 'full' | 'left' | 'closed';

/** Requests of one workload that wait for a replica. Bounded in number; each one bounded in time by its caller. */
export class WaitingRoom {
  private readonly waiting = new Set<(end: WaitEnd) => void>();

  constructor(private readonly limit: number) {}

  /** Requests that wait now. */
  get size(): number {
    return this.waiting.size;
  }

  /** Resolves when a replica is ready, after `ms`, at once when the room is full, or when the client has left. */
  wait(ms: number, clientLeft: AbortSignal): Promise<WaitEnd> {
    if (this.waiting.size >= this.limit) return Promise.resolve('full');
    if (clientLeft.aborted) return Promise.resolve('left');
    return new Promise((resolve) => {
      const end = (how: WaitEnd): void => {
        clearTimeout(timer);
        clientLeft.removeEventListener('abort', leave);
        this.waiting.delete(end);
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
