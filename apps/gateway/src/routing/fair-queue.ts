import { PRIORITIES, type Priority } from '@tessera/contracts-internal/gateway';

/** Whose request waits, and how urgent it is. */
export interface Claim {
  /** Requests with the same name share one turn. */
  readonly caller: string;
  readonly priority: Priority;
}

/**
 * What a place costs a class: while all wait, they get places as 16 : 4 : 1. A class is never left out, so nobody
 * starves below one that always has requests.
 */
const COST: Readonly<Record<Priority, number>> = { high: 1, normal: 4, low: 16 };

/** The waiting requests of one caller in one class, in the order of arrival. */
interface Turn<T> {
  readonly claim: Claim;
  readonly items: Set<T>;
}

interface Class<T> {
  /** By caller, in the order of their turns. */
  readonly turns: Map<string, Turn<T>>;
  /** What the places that the class got have cost; the class with the smallest is next. */
  spent: number;
}

/**
 * An order of waiting requests that is fair between callers: classes take places by their weights, within a class each
 * caller in turn gets one. With so many callers waiting, each gets its part of the places ± 1, and a new one waits for
 * one round at most, however many requests others have. Pure; equal items count once.
 */
export class FairQueue<T> {
  private readonly classes: Readonly<Record<Priority, Class<T>>> = {
    high: { turns: new Map(), spent: 0 },
    normal: { turns: new Map(), spent: 0 },
    low: { turns: new Map(), spent: 0 },
  };
  private count = 0;
  /** What the class that was served last had spent: a class that begins to wait does not catch up for the past. */
  private clock = 0;

  get size(): number {
    return this.count;
  }

  add(claim: Claim, item: T): void {
    const into = this.classes[claim.priority];
    if (into.turns.size === 0) into.spent = Math.max(into.spent, this.clock);
    const turn = into.turns.get(claim.caller) ?? { claim, items: new Set<T>() };
    into.turns.set(claim.caller, turn);
    if (!turn.items.has(item)) this.count += 1;
    turn.items.add(item);
  }

  /** Removes a request that waits no more; false where it did not wait. */
  remove({ caller, priority }: Claim, item: T): boolean {
    const { turns } = this.classes[priority];
    const turn = turns.get(caller);
    if (turn?.items.delete(item) !== true) return false;
    this.count -= 1;
    if (turn.items.size === 0) turns.delete(caller);
    return true;
  }

  /** The request that is next, which goes on waiting; undefined where none waits. */
  next(): T | undefined {
    return this.nextClass()?.turns.values().next().value?.items.values().next().value;
  }

  /** The request that is next, which waits no more; undefined where none waits. */
  take(): T | undefined {
    const next = this.nextClass();
    const turn = next?.turns.values().next().value;
    const item = turn?.items.values().next().value;
    if (next === undefined || turn === undefined || item === undefined) return undefined;
    const { caller, priority } = turn.claim;
    this.clock = next.spent;
    next.spent += COST[priority];
    next.turns.delete(caller);
    turn.items.delete(item);
    if (turn.items.size > 0) next.turns.set(caller, turn);
    this.count -= 1;
    return item;
  }

  /** Every waiting request, class by class, the most urgent first. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const priority of [...PRIORITIES].reverse())
      for (const { items } of this.classes[priority].turns.values()) yield* items;
  }

  /** Requests of the caller that wait in the class. */
  waitingOf({ caller, priority }: Claim): number {
    return this.classes[priority].turns.get(caller)?.items.size ?? 0;
  }

  /**
   * The caller with the most waiting requests, who gives way first where the queue is full; of callers with equally
   * many, the one in the least urgent class.
   */
  longest(): { readonly claim: Claim; readonly waiting: number } | undefined {
    let most: Turn<T> | undefined;
    for (const priority of PRIORITIES)
      for (const turn of this.classes[priority].turns.values())
        if (most === undefined || turn.items.size > most.items.size) most = turn;
    return most && { claim: most.claim, waiting: most.items.size };
  }

  /** The latest waiting request of the caller in the class. */
  latestOf({ caller, priority }: Claim): T | undefined {
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
