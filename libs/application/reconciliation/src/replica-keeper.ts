import type { Clock } from '@tessera/domain-workload';
import type { HolderKeeper } from './holder-keeper';
import type { RealisedWorkload, ReplicaPod } from './model';
import type { ObjectKeeper } from './object-keeper';
import type { ClusterView, ClusterWriter, NewReplica } from './ports';
import type { Problems } from './problems';
import { promisedReplica } from './promised';
import type { ReplicaPlan } from './replicas';

interface KeeperDependencies {
  readonly view: Pick<ClusterView, 'promise' | 'withdraw'>;
  readonly writer: Pick<ClusterWriter, 'createReplica' | 'removeReplica' | 'problemOf'>;
  readonly clock: Clock;
  readonly objects: Pick<ObjectKeeper, 'prepare'>;
  readonly holders: Pick<HolderKeeper, 'withDevices'>;
  readonly problems: Problems;
  /** Asks for another look at a workload after a pause. */
  readonly again: (workloadId: string, error: unknown) => void;
}

/** What of a plan is about replicas. */
export interface ReplicaChanges {
  readonly target: RealisedWorkload;
  readonly plan: ReplicaPlan;
  /** To end at once, without their node. */
  readonly lost: readonly ReplicaPod[];
  /** To end so that they come back elsewhere. */
  readonly replace: readonly ReplicaPod[];
}

/** `made`: replicas were created and the rest of the look is for a later one; else whether what comes first is there. */
export type Replaced = { readonly made: true } | { readonly made: false; readonly prepared: boolean };

/**
 * Removes and creates replicas. What is being created counts from the decision on, so that nobody has to wait for one whose
 * creation takes its time.
 */
export class ReplicaKeeper {
  constructor(private readonly on: KeeperDependencies) {}

  /** Counts the replicas of a plan as if they were there. The function that it gives ends that for those that are not. */
  promise(target: RealisedWorkload, plan: ReplicaPlan): () => void {
    const { view, clock } = this.on;
    if (target.workload.removed) return () => undefined;
    const at = new Date(clock.now()).toISOString();
    const promised = plan.create.map((replica) => promisedReplica(target, replica, at));
    for (const replica of promised) view.promise(replica);
    return () => promised.forEach((replica) => view.withdraw(replica));
  }

  async replace({ target, plan, lost, replace }: ReplicaChanges): Promise<Replaced> {
    const { writer, objects } = this.on;
    for (const pod of lost) await writer.removeReplica(pod, { atOnce: true });
    for (const pod of [...plan.remove, ...replace])
      if (!lost.some(({ uid }) => uid === pod.uid)) await writer.removeReplica(pod);
    const prepared = target.workload.removed || plan.create.length === 0 || (await objects.prepare(target));
    if (!prepared || plan.create.length === 0 || !(await this.create(target, plan.create)))
      return { made: false, prepared };
    return { made: true };
  }

  /** False where it failed, which is a problem of the workload then. */
  private async create(target: RealisedWorkload, replicas: readonly NewReplica[]): Promise<boolean> {
    const { writer, holders, problems, again } = this.on;
    const { workload } = target;
    const id = workload.ref.workloadId;
    try {
      for (const replica of replicas) await writer.createReplica(target, holders.withDevices(replica));
      problems.clear(id, 'replicas');
      return true;
    } catch (error) {
      problems.set(id, 'replicas', workload.generation, writer.problemOf(error));
      again(id, error);
      return false;
    }
  }
}
