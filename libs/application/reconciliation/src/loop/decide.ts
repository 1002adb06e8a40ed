import { compare, maybe } from '@tessera/kernel';
import type { DeviceHealer } from '../gpu-sharing/device-healer';
import type { ReservationController } from '../gpu-sharing/reservation-controller';
import type { MigController } from '../mig/mig-controller';
import { FirstSights } from '../model/first-sights';
import { revisionOf, type AcceptedWorkload } from '../model/workload';
import { offEndingClaims } from '../objects/claims';
import { lazily } from '../placement/lazy-placer';
import { freedBy } from '../placement/freed-by';
import type { LendingPlacer, Placer } from '../placement/placer';
import { requestBeside, strandedBy } from '../placement/volume-reach';
import { clusterSnapshot } from '../placement/snapshot';
import type { QuotaCache } from '../placement/quota/quota-cache';
import { unknownQuota, untilQuotaIsKnown } from '../placement/quota/unknown-quota';
import { timedPlace } from '../placement/timed-placer';
import type { DisruptionNode } from '../nodes/disruption';
import { NodeLossGuard } from '../nodes/node-loss-guard';
import { lostReplicas, onItsNode } from '../rollout/node-loss';
import { holdingName, isOver } from '../rollout/held-place';
import { isAssumed } from '../rollout/assumed-replica';
import { asAdmitted, type AdmittedRequests } from '../placement/admitted-requests';
import { offRejectingNodes, type RejectingNodes } from '../placement/rejecting-nodes';
import { planReplicas, type ReplicaPlan } from '../rollout/rollout-plan';
import type { ReplicaPod } from '../model/replica';
import { wasEdited } from '../rollout/drift';
import { NO_TRAFFIC, planRotation } from '../rollout/rotation';
import type { RejectionPlan, RejectionWatch } from '../rollout/rejections';
import type { StartWatch } from '../rollout/slow-start';
import { desiredReplicas } from '../scaling/replica-target';
import type { KnownQuota } from '../ports';
import { withLastingMessage } from '../status/lasting-message';
import type { WaitingWorkloads } from '../waiting/waiting-workloads';
import type { WorkloadDecision } from './decision';
import type { ReconcilerDependencies } from './dependencies';
import type { Gathered } from './gather';
import type { WorkloadRefs } from './workload-refs';
import type { WorkloadSpans } from './workload-spans';

type DeciderDependencies = Pick<
  ReconcilerDependencies,
  | 'view'
  | 'clock'
  | 'compile'
  | 'replicaTarget'
  | 'placeOn'
  | 'nodeLostMs'
  | 'disruption'
  | 'onDecision'
  | 'traffic'
  | 'requestMs'
> & {
  readonly refs: WorkloadRefs;
  readonly spans: WorkloadSpans;
  readonly quota: Pick<QuotaCache, 'isCurrent'>;
  readonly waiting: Pick<WaitingWorkloads, 'awaitingQuota' | 'note' | 'quotaChanged' | 'reserver'>;
  readonly starts: Pick<StartWatch, 'plan'>;
  readonly rejections: Pick<RejectionWatch, 'plan'>;
  readonly rejectingNodes: RejectingNodes;
  readonly admitted: AdmittedRequests;
  readonly reservationPods: Pick<ReservationController, 'plan' | 'usable'>;
  readonly healer: Pick<DeviceHealer, 'explain'>;
  readonly mig: Pick<MigController, 'drained'> | undefined;
  /** Enqueues a workload again after a backoff. */
  readonly again: (workloadId: string, error: unknown) => void;
};

/** Time that the requests of a leaving replica have to end where the workload sets none, ms. */
const REQUEST_MS = 300_000;

/** Decides the plans of one cycle, oldest workload first, on one model of the cluster. Writes nothing. */
export class Decider {
  private readonly nodeLoss: NodeLossGuard;
  private readonly draining = new FirstSights();

  constructor(private readonly on: DeciderDependencies) {
    this.nodeLoss = new NodeLossGuard(on.disruption);
  }

  /** Records which workloads wait for capacity. A workload whose decision fails is left out and enqueued again. */
  decide(gathered: Gathered): readonly WorkloadDecision[] {
    const { waiting, quota } = this.on;
    const decisions = this.decideAll(gathered);
    // A project or department changed while the cycle gathered.
    if (gathered.rows.length > 0 && !quota.isCurrent(gathered.quota)) waiting.quotaChanged();
    waiting.note(gathered.keys, decisions, gathered.seen);
    return decisions;
  }

  private decideAll({ rows, quota }: Gathered): readonly WorkloadDecision[] {
    if (rows.length === 0) return [];
    const ordered = [...rows].sort((a, b) => compare(a.createdAt, b.createdAt));
    const { place, lend } = this.placement(quota);
    const freed = freedBy(this.on.view);
    return ordered.flatMap((workload) => {
      this.on.refs.see(workload.ref);
      try {
        return [this.decideOne(workload, this.withQuota(workload, place, quota), lend, freed)];
      } catch (error) {
        this.on.again(workload.ref.workloadId, error);
        return [];
      }
    });
  }

  /** A workload whose quota is not known waits for it. */
  private withQuota(workload: AcceptedWorkload, place: Placer, quota: KnownQuota): Placer {
    const { workloadId } = workload.ref;
    const unknown = unknownQuota(workload, quota);
    if (unknown === undefined) this.on.waiting.awaitingQuota.delete(workloadId);
    else this.on.waiting.awaitingQuota.add(workloadId);
    return unknown === undefined ? place : untilQuotaIsKnown(place, unknown);
  }

  /** Most cycles place nothing, and the model of a large cluster is expensive to build. */
  private placement(quota: Gathered['quota']): Pick<LendingPlacer, 'lend'> & { readonly place: Placer } {
    const { view, clock, placeOn, onDecision, reservationPods, rejectingNodes } = this.on;
    const now = () => clock.now();
    let made: LendingPlacer | undefined;
    const onModel = (): LendingPlacer => {
      if (made !== undefined) return made;
      const nodes = reservationPods.usable(view.nodes());
      const snapshot = clusterSnapshot(nodes, (node) => view.replicasOn(node), quota.rules);
      return (made = placeOn(snapshot, this.on.waiting.reserver));
    };
    const place = lazily(() => timedPlace(onModel(), now, onDecision));
    return {
      place: asAdmitted(offRejectingNodes(place, rejectingNodes, now), this.on.admitted),
      lend: (replica) => onModel().lend(replica),
    };
  }

  private disruptionNodes(): readonly DisruptionNode[] {
    const { view } = this.on;
    return view
      .nodes()
      .map(({ name, pool = '' }) => ({ name, pool, lost: view.lostNode(name) !== undefined }));
  }

  private decideOne(
    workload: AcceptedWorkload,
    place: Placer,
    lend: LendingPlacer['lend'],
    freed: ReturnType<typeof freedBy>,
  ): WorkloadDecision {
    const { view, clock, compile, replicaTarget, nodeLostMs, spans, starts, mig, reservationPods } = this.on;
    const { traffic = NO_TRAFFIC, requestMs = REQUEST_MS } = this.on;
    const lostNode = (node: string) => view.lostNode(node);
    const compiled = compile(workload);
    this.on.admitted.expect(workload.ref.workloadId, view.requestsOnceAdmitted(compiled));
    const desired = desiredReplicas(replicaTarget, compiled);
    const all = view.replicasOf(workload.ref.workloadId);
    // Replicas whose creation has no answer yet count as present, but no step applies to them.
    const [found, awaited] = [all.filter((pod) => !isAssumed(pod)), all.filter(isAssumed)];
    const claims = view.claimsOf(compiled);
    const lost = this.nodeLoss.release(
      {
        workloadId: workload.ref.workloadId,
        found,
        removed: workload.removed,
        overdue: lostReplicas(found, lostNode, clock.now(), nodeLostMs),
        lostNode,
        fitsElsewhere: ({ name }) => place.fitsWithout(requestBeside(compiled, name, claims), name),
        now: clock.now(),
      },
      () => this.disruptionNodes(),
    );
    const pods = found.map((pod) => onItsNode(this.on.healer.explain(pod), lostNode));
    const started = starts.plan(workload.ref.workloadId, pods, {
      revision: revisionOf(workload),
      limitMs: compiled.intent.network.initializationTimeoutMs,
      now: clock.now(),
    });
    const rejections = this.rejectionsOf(workload, pods);
    this.on.admitted.see(workload.ref.workloadId, revisionOf(workload), pods);
    const isStranded = strandedBy(claims, () => view.nodes());
    const options = {
      claims,
      isStranded,
      inFlightAt: traffic.inFlightAt,
      freedBy: freed,
      mayCreate: started.mayCreate,
      rejections,
    };
    const held = view.heldPlaceOf(workload.ref);
    const putBack = held === undefined ? undefined : lend(holdingName(held.replica));
    const decided = spans.deciding(workload, place, (watched) =>
      planReplicas(compiled, desired.replicas, [...pods, ...awaited], watched, options),
    );
    if (!decided.plan.create.some(({ name }) => name === held?.replica)) putBack?.();
    const drained = mig?.drained(compiled, pods, decided.plan, place, claims) ?? decided.plan;
    const plan = withLastingMessage(offEndingClaims(drained, pods, claims), workload.state);
    const limitMs = compiled.intent.network.requestTimeoutMs ?? requestMs;
    const isEdited = (pod: ReplicaPod): boolean => wasEdited(pod, workload.state.pods);
    const leaving = [...new Set([...plan.remove, ...started.slow])].filter((pod) => !isAssumed(pod));
    const now = clock.now();
    const drainingFrom = ({ uid }: ReplicaPod): number => this.draining.of(uid, now);
    const rotation = planRotation(leaving, pods, traffic, { now, limitMs, isEdited, drainingFrom });
    const devices = reservationPods.plan(
      pods.filter((pod) => !rotation.remove.includes(pod)),
      ({ name }) => place.fitsWithout(requestBeside(compiled, name, claims), name),
    );
    return {
      compiled,
      desired,
      plan,
      rotation,
      devices,
      lost,
      isHoldOver:
        held !== undefined &&
        isOver(held, workload, all, plan, { mayCreate: started.mayCreate, now: clock.now() }),
      starts: started,
      rejections,
      ...maybe('avoidedUntil', this.avoidedUntil(plan)),
      below: decided.below,
    };
  }

  private rejectionsOf(workload: AcceptedWorkload, pods: readonly ReplicaPod[]): RejectionPlan {
    const now = this.on.clock.now();
    const { workloadId } = workload.ref;
    const plan = this.on.rejections.plan(workloadId, pods, { revision: revisionOf(workload), now });
    if (plan.isRevised) this.on.rejectingNodes.forgetRejectionsOf(workloadId);
    for (const { pod, rejection } of plan.fresh) this.on.rejectingNodes.see(pod, rejection, now);
    return plan;
  }

  /** Nothing else enqueues the workload when such a node may be used again. */
  private avoidedUntil({ unschedulable }: ReplicaPlan): number | undefined {
    const isAvoided = unschedulable?.verdict.rejected.some(({ code }) => code === 'NodeAvoided');
    return isAvoided === true ? this.on.rejectingNodes.nextEnd(this.on.clock.now()) : undefined;
  }
}
