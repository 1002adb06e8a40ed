import { untraced } from '@tessera/application-messaging';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { ClusterNode, QuotaRule } from '@tessera/domain-placement';
import { finish } from '../commands/accept';
import { offEndingClaims } from '../objects/claims';
import type { ReconcilerDependencies } from './dependencies';
import { eventsBetween, report } from '../status/events';
import { ExponentialBackoff } from './backoff';
import { ReservationController } from '../gpu-sharing/reservation-controller';
import type { DevicePlan } from '../gpu-sharing/reservation-plan';
import { QuotaCache } from '../placement/quota-cache';
import { lazily } from '../placement/lazy-place';
import { MigController } from '../mig/mig-controller';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import { ObjectController } from '../objects/object-controller';
import { deviceProblem, NOT_RESERVED, Problems } from '../model/problems';
import { ReplicaController } from '../rollout/replica-controller';
import { planReplicas, type ReplicaPlan, withEnded } from '../rollout/rollout-plan';
import { desiredReplicas, REMOVED, type DesiredReplicas } from '../scaling/replica-target';
import { timedPlace } from '../placement/timed-place';
import { clusterSnapshot, replicaRequest } from '../placement/request';
import { deriveState, sameState, type Observation } from '../status/status';
import { InFlight } from './in-flight';
import { lostReplicas, onItsNode, type LostReplicas } from '../rollout/drift';
import { WorkQueue, type Capacity } from './work-queue';
import { WorkloadRefs } from './workload-refs';
import { firstReady, WorkloadSpans } from './workload-spans';

/** Concurrent reconciles for workloads with a pending command; these create replicas. */
const URGENT = 48;
/** The same for other workloads. Both together stay below the number of connections. */
const OTHERS = 32;
/** Limit for the others while more urgent reconciles than this wait or are in flight; on a slow cluster those go first. */
const OTHERS_PRESSED = 4;
/** Pod changes within this time are combined into one reconcile, ms. */
const SETTLE_MS = 100;

/** A workload with replicas that fit on no node. */
export interface PendingReplicas {
  readonly ref: WorkloadRef;
  /** Number of replicas that fit on no node. */
  readonly replicas: number;
}

interface Gathered {
  readonly rows: readonly AcceptedWorkload[];
  readonly quota: readonly QuotaRule[];
}

const NOTHING: Gathered = { rows: [], quota: [] };

interface Step {
  readonly target: CompiledWorkload;
  readonly desired: DesiredReplicas;
  readonly plan: ReplicaPlan;
  /** Parent span of the plan's writes. */
  readonly below: string | undefined;
  readonly devices: DevicePlan;
  readonly lost: LostReplicas;
}

/**
 * Drives the cluster towards the desired states, one reconcile cycle at a time: gathers rows and pods of the keys that
 * may have changed, decides on one model of the cluster, commits idempotent writes, and reports the difference from the
 * last reported state. Each cycle re-reads all of its input, so a lost or duplicate wake-up costs only time.
 */
export class Reconciler {
  private readonly queue = new WorkQueue();
  /** Workloads with a replica that fits on no node; enqueued again as soon as capacity changes. */
  private readonly waiting = new Map<string, PendingReplicas>();
  private readonly refs: WorkloadRefs;
  private readonly backoff = new ExponentialBackoff();
  private readonly problems = new Problems();
  private readonly spans: WorkloadSpans;
  private readonly inFlight = new InFlight(() => this.on.onFree?.());
  private readonly reservationPods: ReservationController;
  private readonly mig: MigController | undefined;
  private readonly objects: ObjectController;
  private readonly replicas: ReplicaController;
  private readonly quota: QuotaCache;

  constructor(private readonly on: ReconcilerDependencies) {
    const { tracing = untraced, clock, policyOf, refs = new WorkloadRefs() } = on;
    this.refs = refs;
    this.quota = new QuotaCache(on.orgUnits);
    this.spans = new WorkloadSpans({ tracing, now: () => clock.now(), ...(policyOf && { policyOf }) });
    this.reservationPods = new ReservationController({
      ...on,
      timing: on.reservationTiming,
      onError: (error) => on.onError('', error),
    });
    this.mig =
      on.mig &&
      new MigController({
        ...on.mig,
        clock,
        drain: (id) => this.enqueue(id),
        onError: (error) => on.onError('', error),
      });
    const again = (id: string, error: unknown): void => this.again(id, error);
    const { reservationPods: reservationPods, problems } = this;
    this.objects = new ObjectController({ ...on, problems, again });
    this.replicas = new ReplicaController({
      ...on,
      objects: this.objects,
      reservationPods,
      problems,
      again,
    });
  }

  /** Enqueues a workload that may have changed. */
  enqueue(workloadId: string): void {
    this.queue.add(workloadId, this.on.clock.now());
  }

  /** Enqueues a workload with a pending command ahead of those that only changed. */
  enqueueUrgent(workloadId: string): void {
    this.queue.addUrgent(workloadId, this.on.clock.now());
  }

  /** Enqueues a workload after a pod change; a short delay combines bursts of three or four changes. */
  changed(workloadId: string): void {
    this.queue.add(workloadId, this.on.clock.now() + SETTLE_MS);
  }

  /** Nodes or shares may have become free: enqueues the workloads that wait for capacity. */
  capacityChanged(): void {
    for (const id of this.waiting.keys()) if (!this.problems.keepFromPlacing(id)) this.enqueue(id);
  }

  /** A project or department has changed. */
  orgUnitsChanged(): void {
    this.quota.forget();
    this.capacityChanged();
  }

  /** A referenced object has been created or changed: enqueues every workload with a problem. */
  surroundingsChanged(): void {
    for (const id of this.problems.ids) this.enqueue(id);
    for (const id of this.objects.waiting) this.enqueue(id);
  }

  /** Enqueues all workloads that still exist, which covers missed wake-ups. Returns their number. */
  async resync(): Promise<number> {
    this.reservationPods.resync();
    this.quota.forget();
    const ids = await this.on.workloads.active();
    for (const id of ids) this.enqueue(id);
    return ids.length;
  }

  /** Milliseconds until the next work is due; undefined if only a wake-up can bring work. */
  waitMs(): number | undefined {
    return this.reservationPods.hasWork ? 0 : this.queue.waitMs(this.on.clock.now(), this.room);
  }

  /** Workloads with replicas that fit on no node, as of the last reconcile of each. */
  get pending(): readonly PendingReplicas[] {
    return [...this.waiting.values()];
  }

  /** Reference of a workload; undefined if it has not been reconciled yet or has been deleted. */
  refOf(workloadId: string): WorkloadRef | undefined {
    return this.refs.of(workloadId);
  }

  /** The nodes without the devices that could not be reserved: what placement may use. */
  usable(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
    return this.reservationPods.usable(nodes);
  }

  private get room(): Capacity {
    const { urgent, others } = this.inFlight;
    const isBusy = (key: string): boolean => this.inFlight.has(key);
    const asking = urgent + this.queue.urgentDue(this.on.clock.now(), OTHERS_PRESSED + 1, isBusy);
    const most = asking > OTHERS_PRESSED ? OTHERS_PRESSED : OTHERS;
    return { urgent: URGENT - urgent, others: Math.max(0, most - others), isBusy };
  }

  /** Resolves once no reconcile is in flight. */
  settled(): Promise<void> {
    return this.inFlight.settled();
  }

  /**
   * Runs one reconcile cycle. Returns the number of keys it handled, once their plans are decided. The writes continue
   * in the background; later cycles already count them, so no workload waits for the creation of another workload's
   * replica.
   */
  async reconcileCycle(): Promise<number> {
    await this.mig?.reconcile();
    const taken = this.queue.take(this.on.clock.now(), this.room);
    const keys = [...taken.urgent, ...taken.others];
    if (keys.length === 0 && !this.reservationPods.hasWork) return 0;
    const { rows, quota } = keys.length === 0 ? NOTHING : await this.load(keys);
    const steps = rows.length === 0 ? [] : this.decide(rows, quota);
    const withdrawals = steps.map(({ target, plan }) => this.replicas.assume(target, plan));
    await this.reservationPods.removeIdle().catch((error: unknown) => this.on.onError('', error));
    const urgent = new Set(taken.urgent);
    steps.forEach((step, index) => this.begin(step, urgent, withdrawals[index]));
    return keys.length;
  }

  /** Commits a plan: first the replicas, then everything that depends on them. */
  private begin(step: Step, urgent: ReadonlySet<string>, forget: () => void = () => undefined): void {
    const { workloadId } = step.target.workload.ref;
    const run = async (): Promise<void> => {
      const prepared = await this.place(step).finally(forget);
      if (prepared === undefined) return;
      await this.follow(step, prepared);
      if (!this.problems.has(workloadId)) this.backoff.end(workloadId);
    };
    this.inFlight.begin(workloadId, urgent.has(workloadId), () => this.guard(step, run).finally(forget));
  }

  private async load(keys: readonly string[]): Promise<Gathered> {
    try {
      const [rows, quota] = await Promise.all([this.on.workloads.load(keys), this.quota.rules()]);
      return { rows: rows.filter((workload) => !workload.gone), quota };
    } catch (error) {
      for (const key of keys) this.again(key, error);
      return NOTHING;
    }
  }

  private decide(rows: readonly AcceptedWorkload[], quota: readonly QuotaRule[]): readonly Step[] {
    const ordered = [...rows].sort((a, b) =>
      a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0,
    );
    const { view } = this.on;
    // Most reconciles place nothing, and the model of a large cluster is expensive to build.
    const place = lazily(() =>
      timedPlace(
        this.on.placeOn(clusterSnapshot(this.usable(view.nodes()), (node) => view.replicasOn(node), quota)),
        () => this.on.clock.now(),
        this.on.onDecision,
      ),
    );
    return ordered.flatMap((workload) => {
      this.refs.see(workload.ref);
      try {
        const target = this.on.compile(workload);
        const desired = desiredReplicas(this.on.replicaTarget, target);
        const found = view.replicasOf(workload.ref.workloadId);
        const lost = lostReplicas(found, this.lostNode, this.on.clock.now(), this.on.nodeLostMs);
        const pods = found.map((pod) => onItsNode(pod, this.lostNode));
        const decided = this.spans.deciding(workload, place, (watched) =>
          planReplicas(target, desired.replicas, pods, watched),
        );
        const drained = this.mig?.drained(target, pods, decided.plan, place) ?? decided.plan;
        const plan = offEndingClaims(drained, pods, view.claimsOf(target));
        const devices = this.reservationPods.plan(
          pods.filter((pod) => !plan.remove.includes(pod)),
          ({ name }) => place.fitsWithout(replicaRequest(target, name), name),
        );
        return [{ target, desired, ...decided, plan, devices, lost }];
      } catch (error) {
        this.again(workload.ref.workloadId, error);
        return [];
      }
    });
  }

  private readonly lostNode = (node: string) => this.on.view.lostNode(node);

  /** Undefined if replicas were created: a later reconcile does the rest, after other workloads. */
  private async place({ target, plan, devices, lost }: Step): Promise<boolean | undefined> {
    const id = target.workload.ref.workloadId;
    if (lost.reconcileAt !== undefined) this.queue.add(id, lost.reconcileAt);
    const replaced = await this.replicas.replace({
      target,
      plan,
      lost: lost.lost,
      replace: devices.replace,
    });
    if (!replaced.made) return replaced.prepared;
    this.enqueue(id);
    return undefined;
  }

  /** Runs once the replicas match the plan: owned objects, shared devices, then the report. */
  private async follow(step: Step, prepared: boolean): Promise<void> {
    const { target, plan, devices } = step;
    const { workload } = target;
    const id = workload.ref.workloadId;
    // Containers cannot start without their devices.
    await this.provide(target, devices);
    if (prepared && !workload.removed) await this.objects.keep(target);
    if (plan.unschedulable === undefined) this.waiting.delete(id);
    else this.waiting.set(id, { ref: workload.ref, replicas: plan.unschedulable.unplaced });
    if (workload.removed && this.on.view.replicasOf(id).length === 0) return this.end(target);
    await this.tell(step);
  }

  /** Provides the devices that replicas share. A failure is reported on the replicas and retried. */
  private async provide(target: CompiledWorkload, devices: DevicePlan): Promise<void> {
    const id = target.workload.ref.workloadId;
    if (devices.reconcileAt !== undefined) this.queue.add(id, devices.reconcileAt);
    try {
      await this.reservationPods.commit(devices);
      if (devices.hold.length > 0) this.problems.clear(id, 'devices');
    } catch (error) {
      this.notReserved(target, error);
    }
  }

  private notReserved({ workload }: CompiledWorkload, error: unknown): void {
    const { message } = this.on.writer.problemOf(error);
    const problem = { final: false, reason: NOT_RESERVED, message };
    this.problems.set(workload.ref.workloadId, 'devices', workload.generation, problem);
    this.again(workload.ref.workloadId, error);
  }

  /** Reports what changed since the last report, based on the current row. */
  private async tell(step: Step): Promise<void> {
    const { target } = step;
    const now = new Date(this.on.clock.now()).toISOString();
    const seen = this.observe(step);
    const compare = (current: AcceptedWorkload) => {
      const next = deriveState(current, seen, now);
      const trace = firstReady(current, next);
      return { next, trace, said: trace === undefined && sameState(next, current.state) };
    };
    // Most reconciles find nothing new. The row was read in this cycle, and whoever changes it enqueues the workload.
    const first = compare(target.workload);
    if (first.said) return;
    let ready: AcceptedWorkload | undefined;
    await this.on.workloads.changeRead(target.workload, (current) => {
      ready = undefined;
      if (current === undefined || current.gone || current.generation !== target.workload.generation)
        return undefined;
      const { next, trace, said } = current === target.workload ? first : compare(current);
      if (said) return undefined;
      const reported = trace === undefined ? current : { ...current, trace };
      const change = report(reported, next, eventsBetween(reported, next, seen), this.on.reporter);
      if (trace !== undefined) ready = change.workload;
      return change;
    });
    if (ready !== undefined) this.spans.ready(ready);
  }

  private async end(target: CompiledWorkload): Promise<void> {
    const id = target.workload.ref.workloadId;
    const { trace } = target.workload;
    await this.spans.causing(trace?.command, () => this.on.writer.removeObjects(target.workload));
    const now = new Date(this.on.clock.now()).toISOString();
    const seen: Observation = { pods: [], desired: REMOVED, urls: [] };
    await this.on.workloads.changeRead(target.workload, (current) => {
      if (current === undefined || current.gone) return undefined;
      const next = deriveState(current, seen, now);
      return finish(current, eventsBetween(current, next, seen), next, this.on.reporter);
    });
    this.backoff.end(id);
    this.problems.clear(id);
    this.objects.forget(id);
    this.waiting.delete(id);
    this.refs.forget(id);
    this.spans.forget(id);
    this.capacityChanged();
  }

  private observe({ target, desired, plan, devices }: Step): Observation {
    const { workload } = target;
    const { workloadId: id } = workload.ref;
    const problem =
      this.problems.of(id, workload.generation, 'objects', 'replicas', 'devices') ?? deviceProblem(devices);
    return {
      pods: withEnded(this.on.view.replicasOf(id), plan.remove).map((pod) => onItsNode(pod, this.lostNode)),
      desired,
      urls: this.on.urls(workload),
      ...(plan.unschedulable === undefined ? {} : { unschedulable: plan.unschedulable }),
      ...(problem === undefined ? {} : { problem }),
      ...(target.refused === undefined ? {} : { refused: target.refused }),
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

  /** Retries with exponential backoff. */
  private again(id: string, error: unknown): void {
    this.queue.add(id, this.on.clock.now() + this.backoff.next(id));
    this.on.onError(id, error);
  }
}
