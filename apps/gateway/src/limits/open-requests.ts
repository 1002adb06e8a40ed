/** One caller alone may have four fifths of all open requests, two of them four ninths each: others always find room. */
const SHARE = 4;

/**
 * Bounds the requests that are open in this process, waiting or at a replica, and with them its memory. A caller may have
 * four times as many as are left for everybody, so that no caller takes the last ones.
 */
export class OpenRequests {
  private total = 0;
  private readonly byCaller = new Map<string, number>();

  constructor(private readonly limit: number) {}

  /** Counts a request; false where there are too many in all, or of this caller. */
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
