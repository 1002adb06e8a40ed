import type { ApplyCommand } from '@tessera/contracts-events';
import type { SimulatedReplica } from '@tessera/contracts-rest';
import type { Decision } from '@tessera/domain-placement';
import { MAX_REPLICAS, toIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { replicaName } from '../model/names';
import { revisionOf, type CompiledWorkload } from '../model/workload';
import { raisedTo, type PodAmounts } from '../placement/admitted-requests';
import type { Placer } from '../placement/placer';
import { replicaRequest } from '../placement/request';
import { accepted } from './accept';

/** Number of replicas that a simulation of this many copies places. */
export const simulatedReplicas = (command: ApplyCommand, copies: number): number =>
  toIntent(command.spec, command.references).intent.scaling.initialReplicas * copies;

/** Maximum number of replicas in one simulation. */
export const MAX_SIMULATED = MAX_REPLICAS;

/**
 * Simulates where the replicas of a workload, or of several copies of it, would be placed, in sequence and as the
 * reconciler would place them. Decides one replica per iteration, so that the caller can yield in between; creates
 * nothing. A refusal is decided only once: the cluster does not change, so all later replicas get the same answer.
 * `admitted`: the requests of a replica after admission.
 */
export function* simulate(
  command: ApplyCommand,
  copies: number,
  place: Placer,
  now: string,
  admitted: (target: CompiledWorkload) => PodAmounts | undefined = () => undefined,
): Generator<SimulatedReplica, void, undefined> {
  const { intent } = toIntent(command.spec, command.references);
  const besideOwn = intent.placement.podAffinity !== undefined;
  let refused: Decision | undefined;
  for (let index = 0; index < copies; index += 1) {
    const name = copies === 1 ? command.name : `${command.name}-${index + 1}`;
    const workload = accepted({ ...command, name, workloadId: copyId(command.workloadId, index) }, now);
    const target = { workload, intent };
    const least = admitted(target);
    if (besideOwn) refused = undefined;
    for (let replica = 0; replica < intent.scaling.initialReplicas; replica += 1) {
      const decision = refused ?? place(raisedTo(replicaRequest(target, nameOf(target, replica)), least));
      if (decision.outcome === 'unschedulable') refused ??= withoutNames(decision);
      yield outcomeOf(index + 1, replica, decision);
    }
  }
}

/** A decision in the terms of the API: shares of a device as a number from 0 to 1. */
function outcomeOf(copy: number, replica: number, decision: Decision): SimulatedReplica {
  if (decision.outcome === 'unschedulable') {
    const { message, nodes, rejected, nearestMiss, suggestions } = decision.verdict;
    return {
      outcome: 'unschedulable',
      copy,
      replica,
      message,
      nodes,
      rejected: rejected.map((one) => ({ ...one, nodes: [...one.nodes] })),
      ...maybe('nearestMiss', nearestMiss),
      suggestions: [...suggestions],
    };
  }
  const { node, pool: nodePool, devices } = decision.placement;
  return {
    outcome: 'placed',
    copy,
    replica,
    node,
    ...maybe('nodePool', nodePool),
    devices: devices.map(({ slot, milliGpu, memoryMiB, mig }) => ({
      device: slot,
      gpu: milliGpu / 1000,
      ...(memoryMiB === 0 ? {} : { memoryMiB }),
      ...maybe('migProfile', mig?.profile),
    })),
  };
}

const nameOf = ({ workload }: CompiledWorkload, replica: number): string => {
  const { workloadId: id, name } = workload.ref;
  return replicaName({ id, name, generation: revisionOf(workload) }, replica);
};

/** Only the first refusal lists the nodes; a thousand repetitions would be megabytes. */
const withoutNames = (decision: Extract<Decision, { outcome: 'unschedulable' }>): Decision => ({
  ...decision,
  verdict: {
    ...decision.verdict,
    rejected: decision.verdict.rejected.map((filter) => ({ ...filter, nodes: [] })),
  },
});

/** A distinct id for each copy: counts up the last digits. */
const copyId = (id: string, index: number): string =>
  `${id.slice(0, -6)}${((Number.parseInt(id.slice(-6), 16) + index) % 0x1000000).toString(16).padStart(6, '0')}`;
