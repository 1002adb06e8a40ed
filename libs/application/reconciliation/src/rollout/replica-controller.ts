import type { Clock } from '@tessera/kernel';
import type { ReservationController } from '../gpu-sharing/reservation-controller';
import type { Problems } from '../model/problems';
import type { ReplicaPod } from '../model/replica';
import { revisionOf, type CompiledWorkload } from '../model/workload';
import type { AdmittedRequests } from '../placement/admitted-requests';
import type { ObjectController } from '../objects/object-controller';
import { LostAnswerError, type ClusterView, type ClusterWriter, type NewReplica } from '../ports';
import type { StartRecorder } from '../starts/start-recorder';
import { assumedReplica } from './assumed-replica';
import { heldPlace } from './held-place';
import type { ReplicaPlan } from './rollout-plan';
import type { RotationPlan } from './rotation';
import { CARRIED_OUT_MS, UnansweredCreations, type UnansweredCreation } from './unanswered-creations';

interface ControllerDependencies {
  readonly view: Pick<ClusterView, 'assume' | 'forget' | 'claimsOf'>;
  readonly writer: Pick<
    ClusterWriter,
    'createReplica' | 'findReplica' | 'holdPlace' | 'removeReplica' | 'setRotation' | 'problemOf'
  >;
  readonly clock: Clock;
  /** For timestamps that users see; by default `clock`. */
  readonly wall?: Clock;
  readonly starts?: Pick<StartRecorder, 'placed' | 'settled'>;
  readonly objects: Pick<ObjectController, 'prepare'>;
  readonly reservationPods: Pick<ReservationController, 'withDevices' | 'vacated'>;
  readonly problems: Problems;
  readonly admitted: Pick<AdmittedRequests, 'raised'>;
  /** Enqueues a workload again after a backoff. */
  readonly again: (workloadId: string, error: unknown) => void;
  /** Enqueues a workload for a time, ms since the epoch. */
  readonly enqueueAt: (workloadId: string, at: number) => void;
}

/** The part of a plan that concerns replicas. */
export interface ReplicaChanges {
  readonly compiled: CompiledWorkload;
  readonly plan: ReplicaPlan;
  readonly rotation: RotationPlan;
  /** To be deleted at once, without confirmation of their node. */
  readonly lost: readonly ReplicaPod[];
  /** The held place of the workload is to be released. */
  readonly isHoldOver: boolean;
  /** To be deleted so that they are placed again elsewhere. */
  readonly replace: readonly ReplicaPod[];
}

/**
 * `made`: replicas were created and the rest is left to a later reconcile; otherwise says whether the objects that
 * replicas need exist.
 */
export type Replaced = { readonly made: true } | { readonly made: false; readonly prepared: boolean };

/**
 * Deletes and creates replicas. A replica counts as present from the decision on, so that no workload waits for a slow
 * creation. One whose creation got no answer counts until the cluster shows whether it exists.
 */
export class ReplicaController {
  private readonly unanswered = new UnansweredCreations();
  /** Replicas that are being created, by their names with the workload's id. */
  private readonly creating = new Map<string, ReplicaPod>();

  constructor(private readonly on: ControllerDependencies) {}

  /** Assumes the replicas of a plan. The returned function forgets those whose pods have not appeared. */
  assume(target: CompiledWorkload, plan: ReplicaPlan): () => void {
    const { view, clock, admitted } = this.on;
    if (target.workload.removed) return () => undefined;
    const at = new Date(clock.now()).toISOString();
    const claims = plan.create.length === 0 ? [] : view.claimsOf(target).map(({ name }) => name);
    const assumed = plan.create.map((replica) =>
      admitted.raised(assumedReplica(target, replica, at, claims)),
    );
    for (const replica of assumed) {
      view.assume(replica);
      this.creating.set(keyOf(replica), replica);
    }
    this.recordStarts(target.workload.ref.workloadId, plan);
    return () => assumed.forEach((replica) => this.forget(replica));
  }

  private forget(replica: ReplicaPod): void {
    this.creating.delete(keyOf(replica));
    if (!this.unanswered.has(replica)) this.on.view.forget(replica);
  }

  private recordStarts(workloadId: string, { create, unschedulable }: ReplicaPlan): void {
    const { starts } = this.on;
    for (const { name, ordinal } of create) starts?.placed(workloadId, name, ordinal);
    if (create.length === 0 && unschedulable === undefined) starts?.settled(workloadId);
  }

  async replace({ compiled, plan, rotation, lost, isHoldOver, replace }: ReplicaChanges): Promise<Replaced> {
    const { writer, objects, clock, problems } = this.on;
    const id = compiled.workload.ref.workloadId;
    const isSettled = await this.settle(compiled, plan);
    // Nothing is left to create, so the cause of the last failed creation no longer matters.
    if (isSettled && plan.create.length === 0 && this.unanswered.of(id).length === 0)
      problems.clear(id, 'replicas');
    const isLost = (pod: ReplicaPod): boolean => lost.some(({ uid }) => uid === pod.uid);
    for (const pod of lost) await writer.removeReplica(pod, { atOnce: true });
    for (const pod of rotation.restore) if (!isLost(pod)) await writer.setRotation(pod, undefined);
    const since = new Date((this.on.wall ?? clock).now()).toISOString();
    for (const pod of rotation.drain) if (!isLost(pod)) await writer.setRotation(pod, since);
    if (isHoldOver) await writer.holdPlace(compiled.workload, undefined);
    // Written before the replica ends: the next decision sees either the replica or the place that it freed.
    const place = plan.way && heldPlace(plan.way.freedBy, plan.way.replica, since);
    if (place !== undefined && rotation.remove.some(({ uid }) => uid === place.freedBy.uid))
      await writer.holdPlace(compiled.workload, place);
    for (const pod of [...rotation.remove, ...replace]) if (!isLost(pod)) await writer.removeReplica(pod);
    if (!isSettled) return { made: false, prepared: false };
    const prepared =
      compiled.workload.removed || plan.create.length === 0 || (await objects.prepare(compiled));
    if (!prepared || plan.create.length === 0 || !(await this.create(compiled, plan.create)))
      return { made: false, prepared };
    return { made: true };
  }

  /** Returns false if creation failed; the failure is then recorded as a problem of the workload. */
  private async create(target: CompiledWorkload, replicas: readonly NewReplica[]): Promise<boolean> {
    const { problems } = this.on;
    const { workload } = target;
    const id = workload.ref.workloadId;
    for (const replica of replicas) {
      try {
        await this.createOne(target, replica);
      } catch (error) {
        this.failed(target, error);
        return false;
      }
    }
    problems.clear(id, 'replicas');
    return true;
  }

  private async createOne(target: CompiledWorkload, replica: NewReplica): Promise<void> {
    const { writer, reservationPods, clock } = this.on;
    await reservationPods.vacated(replica.placement);
    try {
      await writer.createReplica(target, reservationPods.withDevices(replica));
    } catch (error) {
      const { workloadId, namespace } = target.workload.ref;
      const assumed = this.creating.get(keyOf({ workloadId, namespace, name: replica.name }));
      if (error instanceof LostAnswerError && assumed !== undefined)
        this.unanswered.add({ replica, assumed, since: clock.now() });
      throw error;
    }
  }

  private failed({ workload }: CompiledWorkload, error: unknown): void {
    const id = workload.ref.workloadId;
    this.on.problems.set(id, 'replicas', workload.generation, this.on.writer.problemOf(error));
    this.on.again(id, error);
  }

  /**
   * Finds out what became of the creations of a workload whose answers were lost. One that was not carried out is
   * requested again under the same name, so that at most one request succeeds; its place is released only once the
   * replica is no longer wanted and the request can no longer be carried out. Returns false on failure.
   */
  private async settle(target: CompiledWorkload, plan: ReplicaPlan): Promise<boolean> {
    const id = target.workload.ref.workloadId;
    try {
      for (const creation of this.unanswered.of(id)) await this.settleOne(target, plan, creation);
      return true;
    } catch (error) {
      this.failed(target, error);
      return false;
    }
  }

  private async settleOne(
    target: CompiledWorkload,
    plan: ReplicaPlan,
    creation: UnansweredCreation,
  ): Promise<void> {
    const { writer, clock, enqueueAt, reservationPods } = this.on;
    const { workload } = target;
    const { replica, assumed, since } = creation;
    const id = workload.ref.workloadId;
    // Read before the cluster is queried, because the query may miss a creation that is carried out after it.
    const isOver = since + CARRIED_OUT_MS <= clock.now();
    const isWanted =
      !workload.removed && assumed.generation === revisionOf(workload) && !plan.remove.includes(assumed);
    if (await writer.findReplica(assumed)) return this.end(creation);
    if (isWanted) {
      try {
        await writer.createReplica(target, reservationPods.withDevices(replica));
      } catch (error) {
        if (isOver && !(error instanceof LostAnswerError)) this.end(creation);
        throw error;
      }
      this.end(creation);
      enqueueAt(id, clock.now());
    } else if (isOver) this.end(creation);
    else enqueueAt(id, since + CARRIED_OUT_MS);
  }

  /** The pod has appeared under its name, or never will. */
  private end(creation: UnansweredCreation): void {
    this.unanswered.delete(creation);
    this.on.view.forget(creation.assumed);
  }
}

const keyOf = ({
  workloadId,
  namespace,
  name,
}: Pick<ReplicaPod, 'workloadId' | 'namespace' | 'name'>): string => `${workloadId}/${namespace}/${name}`;
