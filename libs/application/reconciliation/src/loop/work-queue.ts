/** How many reconciles of each kind can start now. */
export interface Capacity {
  readonly urgent: number;
  /** Keys that are not urgent have their own capacity: they may be delayed, but never starve. */
  readonly others: number;
  /** Keys that have to wait even if they are due. */
  readonly isBusy: (key: string) => boolean;
}

/** Keys to reconcile, each kind ordered by waiting time, longest first. */
export interface DueKeys {
  readonly urgent: readonly string[];
  readonly others: readonly string[];
}

const UNLIMITED: Capacity = { urgent: Infinity, others: Infinity, isBusy: () => false };

/**
 * Keys that may need a reconcile: each at most once, optionally not before a given time, urgent ones first. Has no
 * clock: callers pass the time.
 */
export class WorkQueue {
  private readonly urgent = new Map<string, number>();
  private readonly others = new Map<string, number>();

  /** Enqueues `key` for time `at` (ms; the earliest request wins). */
  add(key: string, at: number): void {
    if (!keepEarliest(this.urgent, key, at)) put(this.others, key, at);
  }

  /** Enqueues `key` ahead of keys that are not urgent. */
  addUrgent(key: string, at: number): void {
    const known = this.others.get(key);
    this.others.delete(key);
    put(this.urgent, key, known === undefined ? at : Math.min(known, at));
  }

  /** Number of urgent keys that could start now; counts at most to `most`. */
  urgentDue(now: number, most: number, isBusy: Capacity['isBusy']): number {
    return due(this.urgent, now, most, isBusy).length;
  }

  /** Takes the keys that are due, within the given capacity. */
  take(now: number, capacity: Capacity = UNLIMITED): DueKeys {
    const urgent = due(this.urgent, now, capacity.urgent, capacity.isBusy);
    const others = due(this.others, now, capacity.others, capacity.isBusy);
    for (const key of urgent) this.urgent.delete(key);
    for (const key of others) this.others.delete(key);
    return { urgent, others };
  }

  /** Milliseconds until the next key is due for which there is capacity; undefined if nothing waits. */
  waitMs(now: number, capacity: Capacity = UNLIMITED): number | undefined {
    const open = [
      ...(capacity.urgent > 0 ? [this.urgent] : []),
      ...(capacity.others > 0 ? [this.others] : []),
    ];
    let next: number | undefined;
    for (const waiting of open)
      for (const [key, at] of waiting)
        if ((next === undefined || at < next) && !capacity.isBusy(key)) next = at;
    return next === undefined ? undefined : Math.max(0, next - now);
  }

  get size(): number {
    return this.urgent.size + this.others.size;
  }
}

function put(waiting: Map<string, number>, key: string, at: number): void {
  if (!keepEarliest(waiting, key, at)) waiting.set(key, at);
}

/** Returns false if the key is not in this map. */
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
