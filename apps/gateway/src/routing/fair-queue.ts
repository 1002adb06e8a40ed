import { PRIORITIES, type Priority } from '@tessera/contracts-internal/gateway';

/** Whom a waiting request counts for, and its priority. */
export interface Requester {
  /** Requests with the same name share one turn. */
  readonly caller: string;
  readonly priority: Priority;
}

/**
 * The cost of a slot for each priority class: while all three have waiting requests, they get slots in the ratio
 * 16 : 4 : 1. Every class gets some, so a busy higher class does not starve a lower one.
 */
const COST: Readonly<Record<Priority, number>> = { high: 1, normal: 4, low: 16 };

/** The waiting requests of one caller in one class, in order of arrival. */
interface Turn<T> {
  readonly requester: Requester;
  readonly items: Set<T>;
}

interface Class<T> {
  /** By caller, in the order of their turns. */
  readonly turns: Map<string, Turn<T>>;
  /** Total cost of the slots that the class got; the class with the lowest total is next. */
  spent: number;
}

/**
 * A weighted fair queue of waiting requests: priority classes get slots by their weights, and within a class the
 * callers take turns, one slot each. Of n waiting callers, each gets 1/n of the slots ± 1; a new caller waits for one
 * round at most, however many requests the others have. Pure; equal items count once.
 */
export class FairQueue<T> {
  private readonly classes: Readonly<Record<Priority, Class<T>>> = {
    high: { turns: new Map(), spent: 0 },
    normal: { turns: new Map(), spent: 0 },
    low: { turns: new Map(), spent: 0 },
  };
  private count = 0;
  /**
   * `spent` of the class that was served last: a class that was empty before starts from here and gets no backlog of
   * turns.
   */
  private clock = 0;

  get size(): number {
    return this.count;
  }

  add(requester: Requester, item: T): void {
    const into = this.classes[requester.priority];
    if (into.turns.size === 0) into.spent = Math.max(into.spent, this.clock);
    const turn = into.turns.get(requester.caller) ?? { requester, items: new Set<T>() };
    into.turns.set(requester.caller, turn);
    if (!turn.items.has(item)) this.count += 1;
    turn.items.add(item);
  }

  /** Removes a request from the queue; false where it was not in it. */
  remove({ caller, priority }: Requester, item: T): boolean {
    const { turns } = this.classes[priority];
    const turn = turns.get(caller);
    if (turn?.items.delete(item) !== true) return false;
    this.count -= 1;
    if (turn.items.size === 0) turns.delete(caller);
    return true;
  }

  /** The next request, which stays in the queue; undefined where the queue is empty. */
  next(): T | undefined {
    return this.nextClass()?.turns.values().next().value?.items.values().next().value;
  }

  /** Removes and returns the next request; undefined where the queue is empty. */
  take(): T | undefined {
    const next = this.nextClass();
    const turn = next?.turns.values().next().value;
    const item = turn?.items.values().next().value;
    if (next === undefined || turn === undefined || item === undefined) return undefined;
    const { caller, priority } = turn.requester;
    this.clock = next.spent;
    next.spent += COST[priority];
    next.turns.delete(caller);
    turn.items.delete(item);
    if (turn.items.size > 0) next.turns.set(caller, turn);
    this.count -= 1;
    return item;
  }

  /** Every waiting request, class by class, the highest priority first. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const priority of [...PRIORITIES].reverse())
      for (const { items } of this.classes[priority].turns.values()) yield* items;
  }

  /** Number of waiting requests of the caller in the class. */
  waitingOf({ caller, priority }: Requester): number {
    return this.classes[priority].turns.get(caller)?.items.size ?? 0;
  }

  /**
   * The caller with the most waiting requests, whose requests are evicted first where the queue is full; of callers
   * with equally many, the one in the lowest class.
   */
  longest(): { readonly requester: Requester; readonly waiting: number } | undefined {
    let most: Turn<T> | undefined;
    for (const priority of PRIORITIES)
      for (const turn of this.classes[priority].turns.values())
        if (most === undefined || turn.items.size > most.items.size) most = turn;
    return most && { requester: most.requester, waiting: most.items.size };
  }

  /** The latest waiting request of the caller in the class. */
  latestOf({ caller, priority }: Requester): T | undefined {
    let latest: T | undefined;
    for (const item of this.classes[priority].turns.get(caller)?.items ?? []) latest = item;
    return latest;
  }

  private nextClass(): Class<T> | undefined {
    let next: Class<T> | undefined;
    for (const priority of PRIORITIES) {
      const one = this.classes[priority];
      if (one.turns.size > 0 && (next === undefined || one.spent <= next.spent)) next = one;
    }
    return next;
  }
}
