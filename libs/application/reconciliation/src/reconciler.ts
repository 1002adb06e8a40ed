import { untraced } from '@tessera/application-messaging';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { ClusterNode, Decision, QuotaRule, ReplicaRequest } from '@tessera/domain-placement';
import { finish } from './accept';
import { offEndingClaims } from './claims';
import type { ReconcilerDependencies } from './dependencies';
import { factsBetween, report } from './facts';
import { HolderKeeper } from './holder-keeper';
import type { DevicePlan } from './holders';
import { inParallel } from './in-parallel';
import { lazily } from './lazy-place';
import { MigKeeper } from './mig-keeper';
import type { AcceptedWorkload, RealisedWorkload } from './model';
import type { NewReplica } from './ports';
import { ObjectKeeper } from './object-keeper';
import { deviceProblem, NOT_RESERVED, Problems } from './problems';
import {
  desiredReplicas,
  planReplicas,
  REMOVED,
  scaleReason,
  type Place,
  type ReplicaPlan,
  withEnded,
} from './replicas';
import { clusterSnapshot, replicaRequest } from './request';
import { deriveState, sameState, type Observation } from './status';
import { LooksUnderWay } from './under-way';
import { lostReplicas, onItsNode, type LostReplicas } from './upkeep';
import { WorkQueue, type Room } from './work-queue';
import { WorkloadRefs } from './workload-refs';
import { firstReady, WorkloadSpans } from './workload-spans';

/** Keys looked at in one pass; they share one snapshot of the cluster. */
const BATCH = 64;
/** Looks at most that go on beside the next passes; those that are not urgent wait when there are as many. */
const BESIDE = 32;
/** Workloads that are written for at once; fewer than the connections, so that the lease never waits for one. */
const CONCURRENCY = 48;
/** How long changes of pods are let come together before they are looked at, ms. */
const SETTLE_MS = 100;
const RETRY = { firstMs: 200, maxMs: 30_000 };

/** A workload of which some replicas fit nowhere. */
export interface PendingReplicas {
  readonly ref: WorkloadRef;
  /** How many of them. */
  readonly replicas: number;
}

interface Gathered {
  readonly rows: readonly AcceptedWorkload[];
  readonly quota: readonly QuotaRule[];
}

const NOTHING: Gathered = { rows: [], quota: [] };

interface Step {
  readonly target: RealisedWorkload;
  readonly plan: ReplicaPlan;
  /** Span that the writes of the plan are below. */
  readonly below: string | undefined;
  readonly devices: DevicePlan;
  readonly lost: LostReplicas;
}

/**
 * Brings the cluster to the desired states, one pass at a time: gathers rows and pods of the keys that may have changed,
 * decides on one model of the cluster, commits idempotent writes, and tells the difference to what was told before.
 * Everything it knows is re-read in each pass; losing or doubling a wake-up costs time only.
 */
export class Reconciler {
  private readonly queue = new WorkQueue();
  /** Workloads with a replica that fits nowhere: looked at again as soon as capacity changes. */
  private readonly waiting = new Map<string, PendingReplicas>();
  private readonly refs = new WorkloadRefs();
  private readonly failures = new Map<string, number>();
  private readonly problems = new Problems();
  private readonly spans: WorkloadSpans;
  private readonly underWay = new LooksUnderWay(() => this.on.onFree?.());
  private readonly holders: HolderKeeper;
  private readonly mig: MigKeeper | undefined;
  private readonly objects: ObjectKeeper;

  constructor(private readonly on: ReconcilerDependencies) {
    const { tracing = untraced, clock, policyOf } = on;
    this.spans = new WorkloadSpans({ tracing, now: () => clock.now(), ...(policyOf && { policyOf }) });
    this.holders = new HolderKeeper({
      ...on,
      timing: on.holderTiming,
      onError: (error) => on.onError('', error),
    });
    this.mig =
      on.mig &&
      new MigKeeper({
        ...on.mig,
        clock,
        drain: (id) => this.wake(id),
        onError: (error) => on.onError('', error),
      });
    const again = (id: string, error: unknown): void => this.again(id, error);
    this.objects = new ObjectKeeper({ ...on, problems: this.problems, again });
  }

  /** Something about this workload may have changed. */
  wake(workloadId: string): void {
    this.queue.add(workloadId, this.on.clock.now());
  }

  /** Somebody asked for something: this workload is looked at before those that only changed. */
  wakeFirst(workloadId: string): void {
    this.queue.addUrgent(workloadId, this.on.clock.now());
  }

  /** A pod of this workload changed. Changes come in threes and fours: one look a moment later sees them all. */
  changed(workloadId: string): void {
    this.queue.add(workloadId, this.on.clock.now() + SETTLE_MS);
  }

  /** Nodes or shares may have become free: whoever waits for them is looked at again. */
  capacityChanged(): void {
    for (const id of this.waiting.keys()) this.wake(id);
  }

  /** Something that workloads refer to has come or changed: whoever has a problem is looked at again. */
  surroundingsChanged(): void {
    for (const id of this.problems.ids) this.wake(id);
    for (const id of this.objects.waiting) this.wake(id);
  }

  /** Asks for a look at everything that is not gone; covers whatever wake-up was missed. Gives how many workloads that are. */
  async resync(): Promise<number> {
    this.holders.resync();
    const ids = await this.on.workloads.active();
    for (const id of ids) this.wake(id);
    return ids.length;
  }

  /** Milliseconds until there is something to do; undefined when only a wake-up can bring work. */
  waitMs(): number | undefined {
    return this.holders.hasWork ? 0 : this.queue.waitMs(this.on.clock.now(), this.room);
  }

  /** Workloads with replicas that fit nowhere, as the last look at each of them found. */
  get pending(): readonly PendingReplicas[] {
    return [...this.waiting.values()];
  }

  /** Whose a workload is; undefined for one that was not looked at yet or is gone. */
  refOf(workloadId: string): WorkloadRef | undefined {
    return this.refs.of(workloadId);
  }

  /** The nodes without the devices that could not be had: what placement may count on. */
  usable(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
    return this.holders.usable(nodes);
  }

  private get room(): Room {
    return {
      others: Math.max(0, BESIDE - this.underWay.size),
      isBusy: (key) => this.underWay.has(key),
    };
  }

  /** Resolves once no look is under way any more. */
  settled(): Promise<void> {
    return this.underWay.settled();
  }

  /**
   * One pass. Gives the number of keys it looked at, once their replicas are removed and created: what the next decisions
   * build on. The rest of each look goes on beside the next passes, so that nobody waits for it.
   */
  async pass(): Promise<number> {
    await this.mig?.look();
    const keys = this.queue.take(this.on.clock.now(), BATCH, this.room);
    if (keys.length === 0 && !this.holders.hasWork) return 0;
    const { rows, quota } = keys.length === 0 ? NOTHING : await this.load(keys);
    const steps = rows.length === 0 ? [] : this.decide(rows, quota);
    await this.holders.removeIdle(steps.flatMap(({ plan }) => plan.create));
    await inParallel(steps, CONCURRENCY, (step) =>
      this.guard(step, async () => {
        const next = await this.replace(step);
        if (next === undefined) return;
        const { workloadId } = step.target.workload.ref;
        this.underWay.begin(workloadId, () =>
          this.guard(step, async () => {
            await this.follow(step, next.prepared);
            if (!this.problems.has(workloadId)) this.failures.delete(workloadId);
          }),
        );
      }),
    );
    return keys.length;
  }

  private async load(keys: readonly string[]): Promise<Gathered> {
    try {
      const { workloads, units } = this.on;
      const [rows, quota] = await Promise.all([workloads.load(keys), units.quota()]);
      return { rows: rows.filter((workload) => !workload.gone), quota };
    } catch (error) {
      for (const key of keys) this.again(key, error);
      return { rows: [], quota: [] };
    }
  }

  private decide(rows: readonly AcceptedWorkload[], quota: readonly QuotaRule[]): readonly Step[] {
    const ordered = [...rows].sort((a, b) =>
      a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0,
    );
    const { view } = this.on;
    // Most looks find nothing to place, and the model of a large cluster is dear.
    const place = lazily(() =>
      this.timed(this.on.placeOn(clusterSnapshot(this.usable(view.nodes()), view.replicas(), quota))),
    );
    return ordered.flatMap((workload) => {
      this.refs.see(workload.ref);
      try {
        const target = this.on.realise(workload);
        const found = view.replicasOf(workload.ref.workloadId);
        const lost = lostReplicas(found, this.lostNode, this.on.clock.now(), this.on.nodeLostMs);
        const pods = found.map((pod) => onItsNode(pod, this.lostNode));
        const decided = this.spans.deciding(workload, place, (watched) =>
          planReplicas(target, pods, watched),
        );
        const drained = this.mig?.drained(target, pods, decided.plan, place) ?? decided.plan;
        const plan = offEndingClaims(drained, pods, view.claimsOf(target));
        const devices = this.holders.plan(
          pods.filter((pod) => !plan.remove.includes(pod)),
          ({ name }) => place.fitsWithout(replicaRequest(target, name), name),
        );
        return [{ target, ...decided, plan, devices, lost }];
      } catch (error) {
        this.again(workload.ref.workloadId, error);
        return [];
      }
    });
  }

  private timed(place: Place): Place {
    const timed = (request: ReplicaRequest): Decision => {
      const began = this.on.clock.now();
      const decision = place(request);
      this.on.onDecision?.(decision.outcome, this.on.clock.now() - began);
      return decision;
    };
    return Object.assign(timed, { fitsWithout: place.fitsWithout });
  }

  private readonly lostNode = (node: string) => this.on.view.lostNode(node);

  /** Removes and creates replicas. Undefined where the rest is for a later look. */
  private async replace({ target, plan, devices, lost }: Step): Promise<{ prepared: boolean } | undefined> {
    const { workload } = target;
    const id = workload.ref.workloadId;
    if (lost.lookAgainAt !== undefined) this.queue.add(id, lost.lookAgainAt);
    for (const pod of lost.lost) await this.on.writer.removeReplica(pod, { atOnce: true });
    for (const pod of [...plan.remove, ...devices.replace])
      if (!lost.lost.some(({ uid }) => uid === pod.uid)) await this.on.writer.removeReplica(pod);
    const prepared = workload.removed || plan.create.length === 0 || (await this.objects.prepare(target));
    // Others may wait for a place. The rest is for the next look, behind those who came meanwhile.
    if (!prepared || plan.create.length === 0 || !(await this.create(target, plan.create)))
      return { prepared };
    this.wake(id);
    return undefined;
  }

  /** What follows once the replicas are as planned: objects beside them, devices they share, what is told. */
  private async follow({ target, plan, devices }: Step, prepared: boolean): Promise<void> {
    const { workload } = target;
    const id = workload.ref.workloadId;
    if (prepared && !workload.removed) await this.objects.keep(target);
    await this.provide(target, devices);
    if (plan.unschedulable === undefined) this.waiting.delete(id);
    else this.waiting.set(id, { ref: workload.ref, replicas: plan.unschedulable.unplaced });
    if (workload.removed && this.on.view.replicasOf(id).length === 0) return this.end(target);
    await this.tell(target, plan, devices);
  }

  /** Sees to the devices that replicas share. What fails here is told of them, and tried again. */
  private async provide(target: RealisedWorkload, devices: DevicePlan): Promise<void> {
    const id = target.workload.ref.workloadId;
    if (devices.lookAgainAt !== undefined) this.queue.add(id, devices.lookAgainAt);
    try {
      await this.holders.commit(devices);
      if (devices.hold.length > 0) this.problems.clear(id, 'devices');
    } catch (error) {
      this.notReserved(target, error);
    }
  }

  private notReserved({ workload }: RealisedWorkload, error: unknown): void {
    const { message } = this.on.writer.problemOf(error);
    const problem = { final: false, reason: NOT_RESERVED, message };
    this.problems.set(workload.ref.workloadId, 'devices', workload.generation, problem);
    this.again(workload.ref.workloadId, error);
  }

  /** False where it failed, which is a problem of the workload then. */
  private async create(target: RealisedWorkload, replicas: readonly NewReplica[]): Promise<boolean> {
    const { workload } = target;
    const id = workload.ref.workloadId;
    try {
      for (const replica of replicas)
        await this.on.writer.createReplica(target, this.holders.withDevices(replica));
      this.problems.clear(id, 'replicas');
      return true;
    } catch (error) {
      this.problems.set(id, 'replicas', workload.generation, this.on.writer.problemOf(error));
      this.again(id, error);
      return false;
    }
  }

  /** Tells what changed since the last time, from the row as it is now. */
  private async tell(target: RealisedWorkload, plan: ReplicaPlan, devices: DevicePlan): Promise<void> {
    const now = new Date(this.on.clock.now()).toISOString();
    const seen = this.observe(target, plan, devices);
    const compare = (current: AcceptedWorkload) => {
      const next = deriveState(current, seen, now);
      const trace = firstReady(current, next);
      return { next, trace, said: trace === undefined && sameState(next, current.state) };
    };
    // Most looks find nothing new. The row was read in this pass, and whoever changes it asks for another look.
    const first = compare(target.workload);
    if (first.said) return;
    let ready: AcceptedWorkload | undefined;
    await this.on.workloads.changeRead(target.workload, (current) => {
      ready = undefined;
      if (current === undefined || current.gone || current.generation !== target.workload.generation)
        return undefined;
      const { next, trace, said } = current === target.workload ? first : compare(current);
      if (said) return undefined;
      const told = trace === undefined ? current : { ...current, trace };
      const change = report(told, next, factsBetween(told, next, seen), this.on.reporter);
      if (trace !== undefined) ready = change.workload;
      return change;
    });
    if (ready !== undefined) this.spans.ready(ready);
  }

  private async end(target: RealisedWorkload): Promise<void> {
    const id = target.workload.ref.workloadId;
    const { trace } = target.workload;
    await this.spans.causing(trace?.command, () => this.on.writer.removeObjects(target.workload));
    const now = new Date(this.on.clock.now()).toISOString();
    const seen: Observation = { pods: [], desired: 0, scale: REMOVED, urls: [] };
    await this.on.workloads.changeRead(target.workload, (current) => {
      if (current === undefined || current.gone) return undefined;
      const next = deriveState(current, seen, now);
      return finish(current, factsBetween(current, next, seen), next, this.on.reporter);
    });
    this.failures.delete(id);
    this.problems.clear(id);
    this.objects.forget(id);
    this.waiting.delete(id);
    this.refs.forget(id);
    this.spans.forget(id);
    this.capacityChanged();
  }

  private observe(target: RealisedWorkload, plan: ReplicaPlan, devices: DevicePlan): Observation {
    const { workload } = target;
    const { workloadId: id } = workload.ref;
    const problem =
      this.problems.of(id, workload.generation, 'objects', 'replicas', 'devices') ?? deviceProblem(devices);
    return {
      pods: withEnded(this.on.view.replicasOf(id), plan.remove).map((pod) => onItsNode(pod, this.lostNode)),
      desired: desiredReplicas(target),
      scale: scaleReason(target),
      urls: this.on.urls(workload),
      ...(plan.unschedulable === undefined ? {} : { unschedulable: plan.unschedulable }),
      ...(problem === undefined ? {} : { problem }),
      ...(workload.removed ? {} : this.objects.observe(target)),
    };
  }

  private async guard({ target, below }: Step, run: () => Promise<void>): Promise<void> {
    const id = target.workload.ref.workloadId;
    try {
      await this.spans.causing(below, run);
    } catch (error) {
      this.again(id, error);
    }
  }

  /** Another look after a pause that doubles with each failure in a row. */
  private again(id: string, error: unknown): void {
    const count = (this.failures.get(id) ?? 0) + 1;
    this.failures.set(id, count);
    this.queue.add(
      id,
      this.on.clock.now() + Math.min(RETRY.maxMs, RETRY.firstMs * 2 ** Math.min(count - 1, 20)),
    );
    this.on.onError(id, error);
  }
}
