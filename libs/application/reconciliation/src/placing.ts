import {
  apply,
  createModel,
  observedMix,
  place,
  type ClusterSnapshot,
  type GpuRequest,
  type ObservedTask,
  type PlacedReplica,
  type PolicyName,
} from '@tessera/domain-placement';
import type { Place } from './replicas';

/**
 * Placement by one policy, on a model of the snapshot whose task mix is what runs there now (and the prior, until enough
 * does). A placement that is given counts for the requests after it.
 */
export const placing =
  (policy: PolicyName) =>
  (snapshot: ClusterSnapshot): Place => {
    const running = snapshot.nodes.flatMap(({ replicas }) => replicas).map(observed);
    const model = createModel(snapshot, { mix: observedMix(running) });
    return (request) => {
      const decision = place(model, request, { policy });
      if (decision.outcome === 'placed') apply(model, request, decision.placement);
      return decision;
    };
  };

const observed = (replica: PlacedReplica): ObservedTask => ({
  gpu: requestOf(replica),
  gpuModels: [],
  cpuMilli: replica.cpuMilli,
  ageMs: 0,
});

/** What the replica had asked for, read from what it got. */
function requestOf({ kind, devices }: PlacedReplica): GpuRequest {
  const [first] = devices;
  if (first === undefined) return { kind: 'none' };
  switch (kind) {
    case 'portion':
      return { kind, devices: devices.length, milliGpu: first.milliGpu };
    case 'memory':
      return { kind, devices: devices.length, memoryMiB: first.memoryMiB };
    case 'mig':
      return first.mig === undefined ? { kind: 'none' } : { kind, profile: first.mig.profile };
    case 'whole':
      return { kind, devices: devices.length };
    default:
      return { kind: 'none' };
  }
}
