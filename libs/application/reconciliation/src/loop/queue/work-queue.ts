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

/** Keys that are due and not yet in a reconcile. */
export interface Backlog {
  readonly keys: number;
  /** Since the key that waits longest was due; 0 for none. */
  readonly oldestMs: number;
}

const UNLIMITED: Capacity = { urgent: Infinity, others: Infinity, isBusy: () => false };

/**
 * Why a key is due, the most urgent first: a command; a change of its own pods and objects; capacity that it waits for;
 * the resync of every workload.
 */
const PRIORITIES = ['urgent', 'changed', 'freed', 'resync'] as const;
export type QueuePriority = (typeof PRIORITIES)[number];

/**
 * Which priority goes first among the keys that are not urgent, in each of eight turns. Running workloads go before
 * waiting ones, of which there may be thousands, and no priority starves.
 */
const TURNS: readonly Exclude<QueuePriority, 'urgent'>[] = [
  'changed',
  'changed',
  'changed',
  'freed',
  'changed',
  'changed',
  'freed',
  'resync',
];
const OTHERS = ['changed', 'freed', 'resync'] as const;

/**
 * Keys that may need a reconcile: each at most once, optionally not before a given time, at the highest
 * priority that it was added with. Has no clock: callers pass the time.
 */
export class WorkQueue {
  private readonly waiting: Readonly<Record<QueuePriority, Map<string, number>>> = {
    urgent: new Map(),
    changed: new Map(),
    freed: new Map(),
    resync: new Map(),
  };
  private turn = 0;

  /** Enqueues `key` for time `at` (ms; the earliest request wins). */
  add(key: string, at: number, priority: QueuePriority = 'changed'): void {
    let earliest = at;
    for (const name of PRIORITIES) {
      const known = this.waiting[name].get(key);
      if (known === undefined) continue;
      earliest = Math.min(earliest, known);
      if (PRIORITIES.indexOf(name) <= PRIORITIES.indexOf(priority)) {
        this.waiting[name].set(key, earliest);
        return;
      }
      this.waiting[name].delete(key);
    }
    this.waiting[priority].set(key, earliest);
  }

  /** Enqueues `key` ahead of keys that are not urgent. */
  addUrgent(key: string, at: number): void {
    this.add(key, at, 'urgent');
  }

  /** Number of urgent keys that could start now; counts at most to `most`. */
  urgentDue(now: number, most: number, isBusy: Capacity['isBusy']): number {
    return due(this.waiting.urgent, now, most, isBusy).length;
  }

  /** Takes the keys that are due, within the given capacity. */
  take(now: number, capacity: Capacity = UNLIMITED): DueKeys {
    const urgent = due(this.waiting.urgent, now, capacity.urgent, capacity.isBusy);
    const others = this.inTurn(now, capacity);
    for (const key of [...urgent, ...others])
      for (const priority of PRIORITIES) this.waiting[priority].delete(key);
    return { urgent, others };
  }

  /** Milliseconds until the next key is due for which there is capacity; undefined if nothing waits. */
  waitMs(now: number, capacity: Capacity = UNLIMITED): number | undefined {
    const open = [
      ...(capacity.urgent > 0 ? [this.waiting.urgent] : []),
      ...(capacity.others > 0 ? OTHERS.map((priority) => this.waiting[priority]) : []),
    ];
    let next: number | undefined;
    for (const waiting of open)
      for (const [key, at] of waiting)
        if ((next === undefined || at < next) && !capacity.isBusy(key)) next = at;
    return next === undefined ? undefined : Math.max(0, next - now);
  }

  backlog(now: number): Backlog {
    let keys = 0;
    let oldestMs = 0;
    for (const priority of PRIORITIES)
      for (const at of this.waiting[priority].values()) {
        if (at > now) continue;
        keys += 1;
        oldestMs = Math.max(oldestMs, now - at);
      }
    return { keys, oldestMs };
  }

  get size(): number {
    return PRIORITIES.reduce((sum, priority) => sum + this.waiting[priority].size, 0);
  }

  private inTurn(now: number, { others: most, isBusy }: Capacity): readonly string[] {
    const waiting = OTHERS.map(
      (priority) => [priority, [...due(this.waiting[priority], now, most, isBusy)].reverse()] as const,
    );
    const byPriority = new Map(waiting);
    const keys: string[] = [];
    while (keys.length < most) {
      const first = TURNS[this.turn % TURNS.length] as (typeof OTHERS)[number];
      const key = [first, ...OTHERS]
        .map((priority) => byPriority.get(priority))
        .find((of) => of?.length)
        ?.pop();
      if (key === undefined) break;
      this.turn += 1;
      keys.push(key);
    }
    return keys;
  }
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
