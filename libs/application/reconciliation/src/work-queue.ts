/**
 * Keys that may need a look: each at most once, some only from a time on. Holds no clock: callers say what time it is.
 */
export class WorkQueue {
  private readonly due = new Map<string, number>();

  /** Asks for a look at `key` at `at` (ms; the earliest request wins). */
  add(key: string, at: number): void {
    const known = this.due.get(key);
    if (known === undefined || at < known) this.due.set(key, at);
  }

  /** Takes up to `limit` keys whose time has come, longest waiting first. */
  take(now: number, limit: number): readonly string[] {
    const keys: string[] = [];
    for (const [key, at] of this.due) {
      if (keys.length === limit) break;
      if (at <= now) keys.push(key);
    }
    for (const key of keys) this.due.delete(key);
    return keys;
  }

  /** Milliseconds until the next key is due; undefined when nothing waits. */
  waitMs(now: number): number | undefined {
    let next: number | undefined;
    for (const at of this.due.values()) if (next === undefined || at < next) next = at;
    return next === undefined ? undefined : Math.max(0, next - now);
  }

  get size(): number {
    return this.due.size;
  }
}
