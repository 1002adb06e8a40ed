/** How many of each kind can be looked at now. */
export interface Capacity {
  readonly urgent: number;
  /** Those that are not urgent have room of their own: they may be late, but are never left out. */
  readonly others: number;
  /** Keys that have to wait, whatever their time. */
  readonly isBusy: (key: string) => boolean;
}

/** Keys to look at, each kind longest waiting first. */
export interface DueKeys {
  readonly urgent: readonly string[];
  readonly others: readonly string[];
}

const UNLIMITED: Capacity = { urgent: Infinity, others: Infinity, isBusy: () => false };

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

  /** How many urgent keys could be looked at now; counts no further than `most`. */
  urgentDue(now: number, most: number, isBusy: Capacity['isBusy']): number {
    return due(this.urgent, now, most, isBusy).length;
  }

  /** Takes the keys whose time has come and for which there is room. */
  take(now: number, room: Capacity = UNLIMITED): DueKeys {
    const urgent = due(this.urgent, now, room.urgent, room.isBusy);
    const others = due(this.others, now, room.others, room.isBusy);
    for (const key of urgent) this.urgent.delete(key);
    for (const key of others) this.others.delete(key);
    return { urgent, others };
  }

  /** Milliseconds until the next key is due for which there is room; undefined when nothing waits. */
  waitMs(now: number, room: Capacity = UNLIMITED): number | undefined {
    const open = [...(room.urgent > 0 ? [this.urgent] : []), ...(room.others > 0 ? [this.others] : [])];
    let next: number | undefined;
    for (const waiting of open)
      for (const [key, at] of waiting) if ((next === undefined || at < next) && !room.isBusy(key)) next = at;
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
  isBusy: Capacity['isBusy'],
): readonly string[] {
  const keys: string[] = [];
  for (const [key, at] of waiting) {
    if (keys.length >= limit) break;
    if (at <= now && !isBusy(key)) keys.push(key);
  }
  return keys;
}
