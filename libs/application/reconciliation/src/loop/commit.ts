import { NOT_RESERVED } from '../gpu-sharing/device-problem';
import type { ReservationController } from '../gpu-sharing/reservation-controller';
import type { Problems } from '../model/problems';
import type { ObjectController } from '../objects/object-controller';
import type { ClusterWriter } from '../ports';
import type { ReplicaController } from '../rollout/replica-controller';
import type { WorkloadDecision } from './decision';

interface CommitterDependencies {
  readonly replicas: ReplicaController;
  readonly objects: Pick<ObjectController, 'keep'>;
  readonly reservationPods: Pick<ReservationController, 'commit' | 'removeIdle'>;
  readonly writer: Pick<ClusterWriter, 'problemOf'>;
  readonly problems: Problems;
  /** Enqueues a workload for a time, ms since the epoch. */
  readonly enqueueAt: (workloadId: string, at: number) => void;
  readonly enqueue: (workloadId: string) => void;
  /** Enqueues a workload again after a backoff. */
  readonly again: (workloadId: string, error: unknown) => void;
}

/** A decision whose planned replicas are assumed until `forget` is called. */
export interface AssumedDecision extends WorkloadDecision {
  readonly forget: () => void;
}

/** Commits decisions by idempotent writes to the cluster: first the replicas, then everything that depends on them. */
export class Committer {
  constructor(private readonly on: CommitterDependencies) {}

  /**
   * Assumes the planned replicas: other decisions count them while they are being created. Reservation pods that none of
   * them uses are removed, without waiting for it.
   */
  assume(decisions: readonly WorkloadDecision[]): readonly AssumedDecision[] {
    const { replicas, reservationPods } = this.on;
    const assumed = decisions.map((decision) => ({
      ...decision,
      forget: replicas.assume(decision.compiled, decision.plan),
    }));
    reservationPods.removeIdle();
    return assumed;
  }

  /**
   * Resolves with true once everything is committed, and with false if replicas were created: a later reconcile does
   * the rest, after other workloads.
   */
  async commit(decision: AssumedDecision): Promise<boolean> {
    const { compiled } = decision;
    this.on.problems.outdate(compiled.workload.ref.workloadId, compiled.workload.generation);
    const replaced = await this.replaceReplicas(decision).finally(decision.forget);
    if (replaced.made) {
      this.on.enqueue(compiled.workload.ref.workloadId);
      return false;
    }
    // Containers cannot start without their devices.
    await this.provideDevices(decision);
    if (replaced.prepared && !compiled.workload.removed) await this.on.objects.keep(compiled);
    return true;
  }

  private async replaceReplicas(decision: WorkloadDecision) {
    const { compiled, plan, rotation, devices, lost, isHoldOver, starts, rejections, avoidedUntil } =
      decision;
    const id = compiled.workload.ref.workloadId;
    for (const reconcileAt of [
      lost.reconcileAt,
      rotation.reconcileAt,
      starts.reconcileAt,
      rejections.reconcileAt,
      avoidedUntil,
    ])
      if (reconcileAt !== undefined) this.on.enqueueAt(id, reconcileAt);
    return this.on.replicas.replace({
      ...{ compiled, plan, rotation, isHoldOver },
      lost: lost.lost,
      replace: devices.replace,
    });
  }

  /** Provides the devices that replicas share. A failure is reported on the replicas and retried. */
  private async provideDevices({ compiled: { workload }, devices }: WorkloadDecision): Promise<void> {
    const { problems, reservationPods, writer } = this.on;
    const id = workload.ref.workloadId;
    if (devices.reconcileAt !== undefined) this.on.enqueueAt(id, devices.reconcileAt);
    try {
      await reservationPods.commit(devices);
      problems.clear(id, 'devices');
    } catch (error) {
      const { message } = writer.problemOf(error);
      problems.set(id, 'devices', workload.generation, { final: false, reason: NOT_RESERVED, message });
      this.on.again(id, error);
    }
  }
}
