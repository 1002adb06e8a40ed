import { pickLeastBusy } from './pick';
import type { Replica } from './replica';
import { WaitingRoom, type WaitingPlaces } from './waiting-room';

/** A replica and its requests in flight. */
export class Backend {
  inFlight = 0;

  constructor(public replica: Replica) {}
}

/** One routable workload: its replicas and the requests that wait for one. */
export class Workload {
  readonly waiting: WaitingRoom;
  private readonly backends = new Map<string, Backend>();
  private ready: readonly Backend[] = [];
  private turn = 0;
  private latestId = '';
  /** Since when it has had no pod, ms; undefined while it has one. */
  private emptySince: number | undefined;

  constructor(
    readonly project: string,
    readonly name: string,
    holdLimit: number,
    places: WaitingPlaces,
  ) {
    this.waiting = new WaitingRoom(holdLimit, places);
  }

  /** Id of the workload that has the name now: that of the newest pod. */
  get id(): string {
    return this.latestId;
  }

  /** The ready replica with the fewest requests in flight, except those already tried. */
  pick(tried: readonly Backend[] = []): Backend | undefined {
    const candidates = tried.length === 0 ? this.ready : this.ready.filter((one) => !tried.includes(one));
    const backend = pickLeastBusy(candidates, this.turn);
    this.turn = (this.turn + 1) % 0x40000000;
    return backend;
  }

  /** Applies the current state of a replica; waiting requests are released when it is ready. */
  put(replica: Replica): void {
    const known = this.backends.get(replica.uid);
    if (known === undefined) {
      this.backends.set(replica.uid, new Backend(replica));
      this.latestId = replica.workloadId;
    } else known.replica = replica;
    this.emptySince = undefined;
    this.refresh();
    if (this.ready.length > 0) this.waiting.release('ready');
  }

  remove(uid: string, now: number): void {
    this.backends.delete(uid);
    if (this.backends.size === 0) this.emptySince ??= now;
    this.refresh();
  }

  has(uid: string): boolean {
    return this.backends.has(uid);
  }

  all(): Iterable<Backend> {
    return this.backends.values();
  }

  /** Whether the last pod was deleted at least `ms` ago. */
  isForgotten(ms: number, now: number): boolean {
    return this.emptySince !== undefined && now - this.emptySince >= ms;
  }

  /** Why no replica can take a request, for the log only: it names pods of the project. */
  whyNoneReady(): string {
    const replicas = [...this.backends.values()].map(({ replica }) => replica);
    if (replicas.length === 0) return 'it has no pods at the moment';
    const first = replicas.find(({ obstacle }) => obstacle !== undefined);
    const told = first === undefined ? '' : `; pod ${first.pod} ${first.obstacle}`;
    return `${replicas.filter(({ ready }) => ready).length} of ${replicas.length} pods are ready${told}`;
  }

  private refresh(): void {
    this.ready = [...this.backends.values()].filter(({ replica }) => replica.ready);
  }
}
