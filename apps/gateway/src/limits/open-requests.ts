/**
 * A caller may have this many times as many open requests as are still available: alone at most four fifths of all, two
 * callers four ninths each.
 */
const SHARE = 4;

/**
 * Limits the open requests of this process, waiting or at a replica, and so its memory. A caller gets at most
 * {@link SHARE} times as many as are still available, so that no single caller can take all of them.
 */
export class OpenRequests {
  private total = 0;
  private readonly byCaller = new Map<string, number>();

  constructor(private readonly limit: number) {}

  /** Counts a request; false where the process or the caller has too many open requests. */
  enter(caller: string): boolean {
    const own = this.byCaller.get(caller) ?? 0;
    const left = this.limit - this.total;
    if (left <= 0 || own >= SHARE * left) return false;
    this.total += 1;
    this.byCaller.set(caller, own + 1);
    return true;
  }

  leave(caller: string): void {
    const own = this.byCaller.get(caller) ?? 0;
    if (own === 0) return;
    this.total -= 1;
    if (own === 1) this.byCaller.delete(caller);
    else this.byCaller.set(caller, own - 1);
  }
}
