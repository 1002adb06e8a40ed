import type { ApplyCommand } from '@tessera/contracts-events';
import type { Decision } from '@tessera/domain-placement';
import { toIntent } from '@tessera/domain-workload';
import { accepted } from './accept';
import type { RealisedWorkload } from './model';
import { replicaName } from './names';
import { desiredReplicas, type Place } from './replicas';
import { replicaRequest } from './request';

/** What would become of one replica. */
export interface SimulatedReplica {
  /** Which of the copies, from 1. */
  readonly copy: number;
  readonly replica: number;
  readonly decision: Decision;
}

/**
 * Where the replicas of a workload, or of several copies of it, would go, one after the other as the reconciler would
 * place them. Pure but for what `place` counts on its own model; nothing is created.
 */
export function simulate(
  command: ApplyCommand,
  copies: number,
  place: Place,
  now: string,
): readonly SimulatedReplica[] {
  const { intent } = toIntent(command.spec, command.references);
  return Array.from({ length: copies }, (_unused, index) => {
    const name = copies === 1 ? command.name : `${command.name}-${index + 1}`;
    const workload = accepted({ ...command, name, workloadId: copyId(command.workloadId, index) }, now);
    return replicasOf({ workload, intent }, index + 1, place);
  }).flat();
}

function replicasOf(target: RealisedWorkload, copy: number, place: Place): readonly SimulatedReplica[] {
  const { ref, generation } = target.workload;
  return Array.from({ length: desiredReplicas(target) }, (_unused, replica) => {
    const id = replicaName({ id: ref.workloadId, name: ref.name, generation }, replica);
    return { copy, replica, decision: place(replicaRequest(target, id)) };
  });
}

/** An id of its own for each copy: the last digits count. */
const copyId = (id: string, index: number): string =>
  `${id.slice(0, -6)}${((Number.parseInt(id.slice(-6), 16) + index) % 0x1000000).toString(16).padStart(6, '0')}`;
