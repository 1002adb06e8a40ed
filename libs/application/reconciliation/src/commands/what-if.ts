import type { ApplyCommand } from '@tessera/contracts-events';
import type { Decision } from '@tessera/domain-placement';
import { MAX_REPLICAS, toIntent } from '@tessera/domain-workload';
import { accepted } from './accept';
import type { CompiledWorkload } from '../model/workload';
import { replicaName } from '../model/names';
import { desiredReplicas, type Place } from '../rollout/rollout-plan';
import { replicaRequest } from '../placement/request';

/** What would become of one replica. */
export interface SimulatedReplica {
  /** Which of the copies, from 1. */
  readonly copy: number;
  readonly replica: number;
  readonly decision: Decision;
}

/** How many replicas a simulation of so many copies places. */
export const simulatedReplicas = (command: ApplyCommand, copies: number): number =>
  toIntent(command.spec, command.references).intent.scaling.initialReplicas * copies;

/** Most replicas that one simulation places. */
export const MAX_SIMULATED = MAX_REPLICAS;

/**
 * Where the replicas of a workload, or of several copies of it, would go, one after the other as the reconciler would
 * place them. Decides one replica each time it is asked for the next, so that whoever asks can let others have their turn;
 * nothing is created. What is refused once is refused again and decided once only: the replicas after it want the same of
 * a cluster that has not changed.
 */
export function* simulate(
  command: ApplyCommand,
  copies: number,
  place: Place,
  now: string,
): Generator<SimulatedReplica, void, undefined> {
  const { intent } = toIntent(command.spec, command.references);
  const besideOwn = intent.placement.podAffinity !== undefined;
  let refused: Decision | undefined;
  for (let index = 0; index < copies; index += 1) {
    const name = copies === 1 ? command.name : `${command.name}-${index + 1}`;
    const workload = accepted({ ...command, name, workloadId: copyId(command.workloadId, index) }, now);
    const target = { workload, intent };
    if (besideOwn) refused = undefined;
    for (let replica = 0; replica < desiredReplicas(target); replica += 1) {
      const decision = refused ?? place(replicaRequest(target, nameOf(target, replica)));
      if (decision.outcome === 'unschedulable') refused ??= withoutNames(decision);
      yield { copy: index + 1, replica, decision };
    }
  }
}

const nameOf = ({ workload: { ref, generation } }: CompiledWorkload, replica: number): string =>
  replicaName({ id: ref.workloadId, name: ref.name, generation }, replica);

/** The nodes stand in the first refusal; a thousand repetitions would be megabytes. */
const withoutNames = (decision: Extract<Decision, { outcome: 'unschedulable' }>): Decision => ({
  ...decision,
  verdict: {
    ...decision.verdict,
    rejected: decision.verdict.rejected.map((filter) => ({ ...filter, nodes: [] })),
  },
});

/** An id of its own for each copy: the last digits count. */
const copyId = (id: string, index: number): string =>
  `${id.slice(0, -6)}${((Number.parseInt(id.slice(-6), 16) + index) % 0x1000000).toString(16).padStart(6, '0')}`;
