import type { ServingAccess } from '@tessera/domain-workload/access';
import type { ColdStart } from '@tessera/contracts-internal';
import type { Choice } from '../affinity/choose';
import { chooseReplica, type Preference, type Seen } from '../affinity/preference';
import type { PrefixMemories } from '../affinity/prefix-memory';
import { Backend } from './backend';
import type { Requester } from './fair-queue';
import { HoldQueue, type HoldOutcome, type HoldSlots } from './hold-queue';
import { LoadMeter } from './load-meter';
import type { KnownWorkload, Replica } from './replica';

/** Cold starts that are kept for the next report: more replicas do not start within a second. */
const MOST_COLD_STARTS = 100;

/** Why no replica is ready, as the scheduler last reported it. Callers may see it. */
export interface Obstacle {
  /** Machine-readable. */
  readonly reason?: string;
  readonly message?: string;
}

export interface WorkloadOptions {
  readonly holdLimit: number;
  readonly slots: HoldSlots;
  readonly prefixes: PrefixMemories;
  /**
   * Called when the first request waits and no replica is ready; again only after a replica was ready or none waited.
   */
  readonly onWake: (workload: Workload) => void;
  /** Number of gateways that send requests to the replicas, this one included. */
  readonly gateways: () => number;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** Times of a cold start on the clock of this process, ms. */
export type ColdStartTimes = Pick<ColdStart, 'uid'> & {
  readonly heldAt: number;
  readonly readyAt: number;
  readonly firstByteAt: number;
};

/**
 * One routable workload: its replicas, its limit of requests in flight at each of them, and the requests that wait for
 * a slot, which is the right to one request in flight at a replica.
 */
export class Workload {
  readonly load = new LoadMeter();
  /** Slots given so far, by why the replica was chosen. */
  readonly choices: Record<Choice, number> = {
    session: 0,
    session_moved: 0,
    prefix: 0,
    prefix_moved: 0,
    none: 0,
  };
  private coldStarts: ColdStartTimes[] = [];
  private readonly queue: HoldQueue<Backend, Preference>;
  private readonly memory: Seen;
  private readonly backends = new Map<string, Backend>();
  private ready: readonly Backend[] = [];
  private turn = 0;
  private latestId = '';
  private known: KnownWorkload | undefined;
  private rules: Pick<KnownWorkload, 'access' | 'clusterLocalOnly' | 'protocol' | 'wantsToken'> | undefined;
  private open = 0;
  /** Since when it has had neither owner object nor pod, ms; undefined while it has one. */
  private emptySince: number | undefined;
  private wakeSince: number | undefined;
  private lastObstacle: Obstacle | undefined;
  private startFailed = false;

  constructor(
    readonly project: string,
    readonly name: string,
    private readonly options: WorkloadOptions,
  ) {
    this.queue = new HoldQueue(options.holdLimit, options.slots);
    this.memory = {
      seen: (hashes) => options.prefixes.seen(this, hashes),
      learn: (hashes, uid) => options.prefixes.learn(this, hashes, uid),
    };
  }

  /** Id of the workload that currently has the name: from its owner object, else from the newest pod. */
  get id(): string {
    return this.known?.workloadId ?? this.latestId;
  }

  /**
   * Who may call it, from its owner object, or from the last one if somebody deleted it; undefined where the gateway
   * never saw one: then nobody may.
   */
  get access(): ServingAccess | undefined {
    return this.rules?.access;
  }

  /** Whether the listener for callers outside the cluster serves it. */
  get isPublished(): boolean {
    return this.rules?.clusterLocalOnly !== true;
  }

  /** Whether it asks to receive the tokens of its callers. */
  get wantsToken(): boolean {
    return this.rules?.wantsToken === true;
  }

  /** Protocol of its serving port; undefined for HTTP/1.1. */
  get protocol(): 'grpc' | undefined {
    return this.rules?.protocol;
  }

  /** Time limit of a request, ms; undefined where its owner object sets none. */
  get requestTimeoutMs(): number | undefined {
    return this.known?.requestTimeoutMs;
  }

  /** Whether it has an owner object, with or without replicas. */
  get isKnown(): boolean {
    return this.known !== undefined;
  }

  /** When its owner object was created, RFC 3339; undefined where unknown. */
  get createdAt(): string | undefined {
    return this.known?.createdAt;
  }

  /** The name of the model at its server, where an annotation of a pod states one. */
  get servedModel(): string | undefined {
    for (const { replica } of this.backends.values())
      if (replica.servedModel !== undefined) return replica.servedModel;
    return undefined;
  }

  /** Whether the scheduler reported, since the last replica was ready, that the replicas do not start. */
  get hasFailed(): boolean {
    return this.startFailed;
  }

  /** Browsers get a cookie that keeps them at their replica. */
  get usesSessionCookie(): boolean {
    return this.known?.sessionCookie === true;
  }

  /** Prompts with a common beginning go to the same replica. */
  get usesPrefixAffinity(): boolean {
    return this.known?.prefixAffinity !== false;
  }

  /** Requests in flight, including those at replicas that were removed. */
  get inFlight(): number {
    return this.open;
  }

  get held(): number {
    return this.queue.size;
  }

  get hasReady(): boolean {
    return this.ready.length > 0;
  }

  /** Since when requests have been waiting with no replica ready, ms; undefined where none is waiting. */
  get wakingSince(): number | undefined {
    return this.wakeSince;
  }

  /** Why no replica is ready, as the scheduler last reported it; undefined where it reported nothing. */
  get obstacle(): Obstacle | undefined {
    return this.lastObstacle;
  }

  /**
   * Takes a slot at a ready replica, except those already tried: the preferred one, else the one with the fewest
   * requests in flight; undefined where no slot is free. {@link Workload.release} must follow.
   */
  acquire(tried: readonly Backend[] = [], preference?: Preference): Backend | undefined {
    const limit = limitShare(this.known?.concurrencyHardLimit, this.options.gateways());
    const free = this.ready.filter((one) => one.inFlight < limit && !tried.includes(one));
    const chosen = chooseReplica(free, this.ready, preference, this.memory, this.turn);
    this.turn = (this.turn + 1) % 0x40000000;
    if (chosen === undefined) return undefined;
    const { candidate: backend, choice } = chosen;
    this.choices[choice] += 1;
    backend.inFlight += 1;
    this.open += 1;
    return backend;
  }

  /** Frees a slot; the next waiting request gets it. */
  release(backend: Backend): void {
    backend.inFlight -= 1;
    this.open -= 1;
    this.serve();
  }

  /** Waits for a slot, in an order that is fair between callers; see {@link HoldQueue.wait}. */
  async hold(
    ms: number,
    ended: AbortSignal,
    requester: Requester,
    preference?: Preference,
  ): Promise<HoldOutcome<Backend>> {
    const wait = this.queue.wait(ms, ended, requester, preference);
    this.considerWake();
    const end = await wait;
    this.considerWake();
    return end;
  }

  /** Ends the wait of all held requests. */
  refuseHeld(refused: 'closed' | 'failed' | 'gone'): void {
    if (refused === 'failed') this.startFailed = true;
    this.queue.refuse(refused);
    this.considerWake();
  }

  /** A request that waited for a replica got the first byte of its response. */
  addColdStart(times: ColdStartTimes): void {
    if (this.coldStarts.length < MOST_COLD_STARTS) this.coldStarts.push(times);
  }

  /** The cold starts since the last call. */
  takeColdStarts(now: number): ColdStart[] {
    const starts = this.coldStarts;
    this.coldStarts = [];
    return starts.map(({ uid, heldAt, readyAt, firstByteAt }) => ({
      uid,
      heldAgoMs: now - heldAt,
      readyAgoMs: now - readyAt,
      firstByteAgoMs: now - firstByteAt,
    }));
  }

  /** Records why no replica is ready, as the scheduler reports it. */
  setObstacle(obstacle: Obstacle | undefined): void {
    this.lastObstacle = obstacle;
  }

  /** Applies the current state of the owner object. */
  applyOwner(known: KnownWorkload): void {
    this.known = known;
    this.rules = known;
    this.emptySince = undefined;
    this.serve();
  }

  /** This gateway's share of the hard limit may have changed. */
  limitChanged(): void {
    this.serve();
  }

  forgetOwner(uid: string): void {
    if (this.known?.uid !== uid) return;
    this.latestId = this.known.workloadId;
    this.known = undefined;
    this.refresh();
  }

  /** Applies the current state of a replica; held requests get slots when it is ready. */
  put(replica: Replica): void {
    const now = this.options.now();
    const backend = this.backends.get(replica.uid);
    if (backend === undefined) {
      this.backends.set(replica.uid, new Backend(replica, now));
      this.latestId = replica.workloadId;
    } else backend.update(replica, now);
    this.emptySince = undefined;
    this.refresh();
  }

  remove(uid: string): void {
    this.backends.delete(uid);
    this.options.prefixes.forget(this, uid);
    this.refresh();
  }

  all(): Iterable<Backend> {
    return this.backends.values();
  }

  /** Whether owner object and last pod were deleted at least `ms` ago and no request is open. */
  isForgotten(ms: number): boolean {
    if (this.emptySince === undefined || this.open > 0 || this.held > 0) return false;
    return this.options.now() - this.emptySince >= ms;
  }

  /** Why no replica can serve a request, for the log only: it names pods of the project. */
  whyNoneReady(): string {
    const replicas = [...this.backends.values()].map(({ replica }) => replica);
    if (replicas.length === 0) return 'the workload has no pods';
    const first = replicas.find(({ obstacle }) => obstacle !== undefined);
    const why = first === undefined ? '' : `; pod ${first.pod} ${first.obstacle}`;
    return `${replicas.filter(({ ready }) => ready).length} of ${replicas.length} pods are ready${why}`;
  }

  private serve(): void {
    this.queue.serve((preference) => this.acquire([], preference));
    this.considerWake();
  }

  private refresh(): void {
    const { now } = this.options;
    this.ready = [...this.backends.values()].filter(({ replica }) => replica.ready);
    if (this.known === undefined && this.backends.size === 0) this.emptySince ??= now();
    if (this.hasReady) {
      this.lastObstacle = undefined;
      this.startFailed = false;
    }
    this.serve();
  }

  /**
   * A wake starts when a request waits and no replica is ready; it ends when a replica is ready or no request waits.
   */
  private considerWake(): void {
    if (this.held === 0 || this.hasReady) this.wakeSince = undefined;
    else if (this.wakeSince === undefined) {
      this.wakeSince = this.options.now();
      this.lastObstacle = undefined;
      this.options.onWake(this);
    }
  }
}

/**
 * This gateway's share of a hard limit, so that all gateways together stay within it. At least 1, so that each gateway
 * can serve requests; a limit below the number of gateways is therefore exceeded.
 */
const limitShare = (limit: number | undefined, gateways: number): number =>
  limit === undefined ? Infinity : Math.max(1, Math.floor(limit / gateways));
