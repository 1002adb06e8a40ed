import { FairQueue, type Requester } from './fair-queue';

/** Why a held request got no replica. */
export type HoldFailure =
  /** No slot became free within the wait limit. */
  | 'timeout'
  /** The queue of the workload, or of all workloads, is full, and no other caller has more waiting requests. */
  | 'full'
  /** The client disconnected. */
  | 'left'
  /** The deadline of the request has passed. */
  | 'late'
  /** The gateway is stopping. */
  | 'closed'
  /** The scheduler reports that the replicas do not start. */
  | 'failed'
  /** The scheduler has no such workload. */
  | 'gone';

/** How the wait of one request ended: with a slot at a replica, or why there is none. */
export type HoldOutcome<B> = { readonly backend: B } | { readonly refused: HoldFailure };

/** A queue whose requests take slots of the limit for all workloads. */
export interface SlotUser {
  readonly size: number;
  /** Number of waiting requests of the caller with the most. */
  readonly mostOfOneCaller: number;
  /** Ends the wait of the latest request of that caller. */
  evictLatest(): void;
}

/** The limit of held requests of all workloads together. */
export class HoldSlots {
  private used = 0;
  private readonly users = new Set<SlotUser>();

  constructor(private readonly limit: number) {}

  /**
   * Reserves a slot. Where none is left, evicts a request of a caller who has more waiting requests than the new
   * request's caller would have; false where there is no such caller. `waiting`: waiting requests of the new request's
   * caller.
   */
  reserve(user: SlotUser, waiting: number): boolean {
    if (this.used >= this.limit && !this.freeSlot(waiting)) return false;
    this.used += 1;
    this.users.add(user);
    return true;
  }

  free(user: SlotUser): void {
    this.used -= 1;
    if (user.size === 0) this.users.delete(user);
  }

  private freeSlot(waiting: number): boolean {
    const largest = [...this.users]
      .sort((one, other) => other.size - one.size)
      .find((one) => one.mostOfOneCaller > waiting + 1);
    largest?.evictLatest();
    return largest !== undefined && this.used < this.limit;
  }
}

interface Waiting<B, P> {
  readonly end: (end: HoldOutcome<B>) => void;
  /** Which replica suits the request. */
  readonly preference: P | undefined;
}

/**
 * The requests of one workload that wait for a slot at a replica, in an order that is fair between callers ({@link
 * FairQueue}). Their number is limited per workload and in total; {@link HoldQueue.wait} limits the time of each. In a
 * full queue, a new request of a caller with fewer waiting requests evicts one of the caller with the most.
 */
export class HoldQueue<B, P = undefined> implements SlotUser {
  private readonly waiting = new FairQueue<Waiting<B, P>>();

  constructor(
    private readonly limit: number,
    private readonly slots: HoldSlots,
  ) {}

  /** Requests waiting now. */
  get size(): number {
    return this.waiting.size;
  }

  get mostOfOneCaller(): number {
    return this.waiting.longest()?.waiting ?? 0;
  }

  evictLatest(): void {
    const requester = this.waiting.longest()?.requester;
    if (requester !== undefined) this.waiting.latestOf(requester)?.end({ refused: 'full' });
  }

  /**
   * Resolves with a slot from {@link HoldQueue.serve}, or with why there is none: `timeout` after `ms`, `full` at once,
   * and when `ended` aborts, `late` where that is its reason, else `left`.
   */
  wait(ms: number, ended: AbortSignal, requester: Requester, preference?: P): Promise<HoldOutcome<B>> {
    if (ended.aborted) return Promise.resolve({ refused: endOf(ended) });
    if (!this.hasCapacity(requester) || !this.slots.reserve(this, this.waiting.waitingOf(requester)))
      return Promise.resolve({ refused: 'full' });
    return new Promise((resolve) => {
      let over = false;
      const end = (how: HoldOutcome<B>): void => {
        if (over) return;
        over = true;
        this.waiting.remove(requester, one);
        this.slots.free(this);
        clearTimeout(timer);
        ended.removeEventListener('abort', leave);
        resolve(how);
      };
      const one: Waiting<B, P> = { end, preference };
      const leave = (): void => end({ refused: endOf(ended) });
      const timer = setTimeout(() => end({ refused: 'timeout' }), ms);
      ended.addEventListener('abort', leave);
      this.waiting.add(requester, one);
    });
  }

  /** Gives slots to waiting requests, in their order, until `next` returns none. */
  serve(next: (preference: P | undefined) => B | undefined): void {
    for (let one = this.waiting.next(); one !== undefined; one = this.waiting.next()) {
      const backend = next(one.preference);
      if (backend === undefined) return;
      this.waiting.take()?.end({ backend });
    }
  }

  /** Ends the wait of all requests. */
  refuse(refused: HoldFailure): void {
    for (const { end } of [...this.waiting]) end({ refused });
  }

  private hasCapacity(requester: Requester): boolean {
    if (this.waiting.size < this.limit) return true;
    if (this.mostOfOneCaller <= this.waiting.waitingOf(requester) + 1) return false;
    this.evictLatest();
    return true;
  }
}

const endOf = ({ reason }: AbortSignal): HoldFailure => (reason === 'late' ? 'late' : 'left');
