import { FairQueue, type Claim } from './fair-queue';

/** Why a held request got no replica. */
export type Refusal =
  /** None became free within the wait limit. */
  | 'timeout'
  /** The queue of the workload, or that of all workloads, is full, and its caller has no fewer waiting than others. */
  | 'full'
  /** The client disconnected. */
  | 'left'
  /** The time of the whole request is over. */
  | 'late'
  /** The gateway stops. */
  | 'closed'
  /** The scheduler reports that the replicas do not start. */
  | 'failed'
  /** The scheduler knows no such workload. */
  | 'gone';

/** The outcome of the wait of one request: the replica that it has a place at, or why there is none. */
export type HoldEnd<B> = { readonly backend: B } | { readonly refused: Refusal };

/** A queue whose requests take slots. */
export interface SlotUser {
  readonly size: number;
  /** Requests of the caller who has the most waiting. */
  readonly mostOfOne: number;
  /** Ends the wait of the latest request of that caller. */
  giveWay(): void;
}

/** The slots for held requests, shared by the queues of all workloads. */
export class HoldSlots {
  private used = 0;
  private readonly users = new Set<SlotUser>();

  constructor(private readonly limit: number) {}

  /**
   * Reserves a slot. Where none is left, a queue in which one caller has more waiting than the new request's caller
   * would have gives one; false where there is no such queue. `waiting`: requests of the new one's caller.
   */
  reserve(user: SlotUser, waiting: number): boolean {
    if (this.used >= this.limit && !this.makeRoom(waiting)) return false;
    this.used += 1;
    this.users.add(user);
    return true;
  }

  free(user: SlotUser): void {
    this.used -= 1;
    if (user.size === 0) this.users.delete(user);
  }

  private makeRoom(waiting: number): boolean {
    const largest = [...this.users]
      .sort((one, other) => other.size - one.size)
      .find((one) => one.mostOfOne > waiting + 1);
    largest?.giveWay();
    return largest !== undefined && this.used < this.limit;
  }
}

interface Waiting<B, P> {
  readonly end: (end: HoldEnd<B>) => void;
  /** Which place it would like. */
  readonly preference: P | undefined;
}

/**
 * Requests of one workload that wait for a place at a replica, in an order that is fair between callers
 * ({@link FairQueue}). Their number is limited per workload and in total, the caller limits the time of each. In a full
 * queue, the caller with the most requests gives way to one with fewer.
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

  get mostOfOne(): number {
    return this.waiting.longest()?.waiting ?? 0;
  }

  giveWay(): void {
    const claim = this.waiting.longest()?.claim;
    if (claim !== undefined) this.waiting.latestOf(claim)?.end({ refused: 'full' });
  }

  /**
   * Resolves with a place from {@link HoldQueue.serve}, after `ms`, at once when the queue is full, or when `ended`
   * aborts: with its reason where that is a {@link Refusal}, else because the client has disconnected.
   */
  wait(ms: number, ended: AbortSignal, claim: Claim, preference?: P): Promise<HoldEnd<B>> {
    if (ended.aborted) return Promise.resolve({ refused: endOf(ended) });
    if (!this.hasRoom(claim) || !this.slots.reserve(this, this.waiting.waitingOf(claim)))
      return Promise.resolve({ refused: 'full' });
    return new Promise((resolve) => {
      let over = false;
      const end = (how: HoldEnd<B>): void => {
        if (over) return;
        over = true;
        this.waiting.remove(claim, one);
        this.slots.free(this);
        clearTimeout(timer);
        ended.removeEventListener('abort', leave);
        resolve(how);
      };
      const one: Waiting<B, P> = { end, preference };
      const leave = (): void => end({ refused: endOf(ended) });
      const timer = setTimeout(() => end({ refused: 'timeout' }), ms);
      ended.addEventListener('abort', leave);
      this.waiting.add(claim, one);
    });
  }

  /** Gives places to waiting requests, in their order, for as long as `next` has one. */
  serve(next: (preference: P | undefined) => B | undefined): void {
    for (let one = this.waiting.next(); one !== undefined; one = this.waiting.next()) {
      const backend = next(one.preference);
      if (backend === undefined) return;
      this.waiting.take()?.end({ backend });
    }
  }

  /** Ends the wait of all requests. */
  refuse(refused: Refusal): void {
    for (const { end } of [...this.waiting]) end({ refused });
  }

  private hasRoom(claim: Claim): boolean {
    if (this.waiting.size < this.limit) return true;
    if (this.mostOfOne <= this.waiting.waitingOf(claim) + 1) return false;
    this.giveWay();
    return true;
  }
}

const endOf = ({ reason }: AbortSignal): Refusal => (reason === 'late' ? 'late' : 'left');
