import type { Clock } from '@tessera/kernel';
import type { ReservationController } from '../gpu-sharing/reservation-controller';
import type { Problems } from '../model/problems';
import type { ReplicaPod } from '../model/replica';
import type { CompiledWorkload } from '../model/workload';
import type { ObjectController } from '../objects/object-controller';
import type { ClusterView, ClusterWriter, NewReplica } from '../ports';
import type { StartRecorder } from '../starts/start-recorder';
import { assumedReplica } from './assumed-replica';
import type { ReplicaPlan } from './rollout-plan';
import type { RotationPlan } from './rotation';

interface ControllerDependencies {
  readonly view: Pick<ClusterView, 'assume' | 'forget' | 'claimsOf'>;
  readonly writer: Pick<ClusterWriter, 'createReplica' | 'removeReplica' | 'setRotation' | 'problemOf'>;
  readonly clock: Clock;
  readonly starts?: Pick<StartRecorder, 'placed' | 'settled'>;
  readonly objects: Pick<ObjectController, 'prepare'>;
  readonly reservationPods: Pick<ReservationController, 'withDevices'>;
  readonly problems: Problems;
  /** Enqueues a workload again after a backoff. */
  readonly again: (workloadId: string, error: unknown) => void;
}

/** The part of a plan that concerns replicas. */
export interface ReplicaChanges {
  readonly compiled: CompiledWorkload;
  readonly plan: ReplicaPlan;
  readonly rotation: RotationPlan;
  /** To be deleted at once, without confirmation of their node. */
  readonly lost: readonly ReplicaPod[];
  /** To be deleted so that they are placed again elsewhere. */
  readonly replace: readonly ReplicaPod[];
}

/**
 * `made`: replicas were created and the rest is left to a later reconcile; otherwise says whether the objects that
 * replicas need exist.
 */
export type Replaced = { readonly made: true } | { readonly made: false; readonly prepared: boolean };

/**
 * Deletes and creates replicas. A replica counts from the decision on, so that no workload waits for a slow creation.
 */
export class ReplicaController {
  constructor(private readonly on: ControllerDependencies) {}

  /** Assumes the replicas of a plan. The returned function forgets those whose pods have not appeared. */
  assume(target: CompiledWorkload, plan: ReplicaPlan): () => void {
    const { view, clock } = this.on;
    if (target.workload.removed) return () => undefined;
    const at = new Date(clock.now()).toISOString();
    const claims = plan.create.length === 0 ? [] : view.claimsOf(target).map(({ name }) => name);
    const assumed = plan.create.map((replica) => assumedReplica(target, replica, at, claims));
    for (const replica of assumed) view.assume(replica);
    this.recordStarts(target.workload.ref.workloadId, plan);
    return () => assumed.forEach((replica) => view.forget(replica));
  }

  private recordStarts(workloadId: string, { create, unschedulable }: ReplicaPlan): void {
    const { starts } = this.on;
    for (const { name, ordinal } of create) starts?.placed(workloadId, name, ordinal);
    if (create.length === 0 && unschedulable === undefined) starts?.settled(workloadId);
  }

  async replace({ compiled, plan, rotation, lost, replace }: ReplicaChanges): Promise<Replaced> {
    const { writer, objects, clock } = this.on;
    const isLost = (pod: ReplicaPod): boolean => lost.some(({ uid }) => uid === pod.uid);
    for (const pod of lost) await writer.removeReplica(pod, { atOnce: true });
    for (const pod of rotation.restore) if (!isLost(pod)) await writer.setRotation(pod, undefined);
    const since = new Date(clock.now()).toISOString();
    for (const pod of rotation.drain) if (!isLost(pod)) await writer.setRotation(pod, since);
    for (const pod of [...rotation.remove, ...replace]) if (!isLost(pod)) await writer.removeReplica(pod);
    const prepared =
      compiled.workload.removed || plan.create.length === 0 || (await objects.prepare(compiled));
    if (!prepared || plan.create.length === 0 || !(await this.create(compiled, plan.create)))
      return { made: false, prepared };
    return { made: true };
  }

  /** Returns false if creation failed; the failure is then recorded as a problem of the workload. */
  private async create(target: CompiledWorkload, replicas: readonly NewReplica[]): Promise<boolean> {
    const { writer, reservationPods, problems, again } = this.on;
    const { workload } = target;
    const id = workload.ref.workloadId;
    try {
      for (const replica of replicas)
        await writer.createReplica(target, reservationPods.withDevices(replica));
      problems.clear(id, 'replicas');
      return true;
    } catch (error) {
      problems.set(id, 'replicas', workload.generation, writer.problemOf(error));
      again(id, error);
      return false;
    }
  }
}
