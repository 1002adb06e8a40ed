/** Of each batch this part is for those that are not urgent, so that they are late but never left out. */
const SHARE_OF_OTHERS = 1 / 4;

/** What of the queue can be looked at now. */
export interface Room {
  /** How many that are not urgent. */
  readonly others: number;
  /** Keys that have to wait, whatever their time. */
  readonly isBusy: (key: string) => boolean;
}

const UNLIMITED: Room = { others: Infinity, isBusy: () => false };

/**
 * Keys that may need a look: each at most once, some only from a time on, and some before all others. Holds no clock:
 * callers say what time it is.
 */
export class WorkQueue {
  private readonly urgent = new Map<string, number>();
  private readonly others = new Map<string, number>();

  /** Asks for a look at `key` at `at` (ms; the earliest request wins). */
  add(key: string, at: number): void {
    if (!keepEarliest(this.urgent, key, at)) put(this.others, key, at);
  }

  /** Asks for a look before those that are not urgent. */
  addUrgent(key: string, at: number): void {
    const known = this.others.get(key);
    this.others.delete(key);
    put(this.urgent, key, known === undefined ? at : Math.min(known, at));
  }

  /**
   * Takes up to `limit` keys whose time has come, urgent ones first, each kind longest waiting first. A quarter is left to
   * those that are not urgent where there are as many, and room for them.
   */
  take(now: number, limit: number, { others: most, isBusy }: Room = UNLIMITED): readonly string[] {
    const others = due(this.others, now, Math.min(limit, most), isBusy);
    const urgent = due(
      this.urgent,
      now,
      limit - Math.min(others.length, Math.floor(limit * SHARE_OF_OTHERS)),
      isBusy,
    );
    const keys = [...urgent, ...others.slice(0, limit - urgent.length)];
    for (const key of keys) if (!this.urgent.delete(key)) this.others.delete(key);
    return keys;
  }

  /** Milliseconds until the next key is due for which there is room; undefined when nothing waits. */
  waitMs(now: number, { others: most, isBusy }: Room = UNLIMITED): number | undefined {
    let next: number | undefined;
    for (const waiting of most > 0 ? [this.urgent, this.others] : [this.urgent])
      for (const [key, at] of waiting) if ((next === undefined || at < next) && !isBusy(key)) next = at;
    return next === undefined ? undefined : Math.max(0, next - now);
  }

  get size(): number {
    return this.urgent.size + this.others.size;
  }
}

function put(waiting: Map<string, number>, key: string, at: number): void {
  if (!keepEarliest(waiting, key, at)) waiting.set(key, at);
}

/** False where the key does not wait there. */
function keepEarliest(waiting: Map<string, number>, key: string, at: number): boolean {
  const known = waiting.get(key);
  if (known === undefined) return false;
  if (at < known) waiting.set(key, at);
  return true;
}

function due(
  waiting: ReadonlyMap<string, number>,
  now: number,
  limit: number,
  isBusy: Room['isBusy'],
): readonly string[] {
  const keys: string[] = [];
  for (const [key, at] of waiting) {
    if (keys.length >= limit) break;
    if (at <= now && !isBusy(key)) keys.push(key);
  }
  return keys;
}
