import type { OwnerData } from '@tessera/contracts-kubernetes';
import type { CompiledWorkload } from '../model/workload';
import type { Observation } from '../status/observation';
import type { GuardedHost } from './exposed-urls';
import { serves } from '../model/replica';
import { deriveState } from '../status/status';

/** Data of the owner object of a workload after a reconcile. Pure. */
export function ownerData(
  { workload, intent }: CompiledWorkload,
  seen: Observation,
  guarded: readonly GuardedHost[] = [],
): OwnerData {
  const { phase, conditions } = deriveState(workload, seen, workload.state.updatedAt);
  const { concurrencyHardLimit } = intent.scaling;
  const { requestTimeoutMs } = intent.network;
  const ready = conditions.find(({ type }) => type === 'Ready');
  return {
    wanted: String(seen.desired.replicas),
    ready: String(seen.pods.filter(serves).length),
    phase,
    reason: ready?.reason ?? '',
    message: ready?.message ?? '',
    concurrencyHardLimit: concurrencyHardLimit === undefined ? '' : String(concurrencyHardLimit),
    exposedHosts: guarded.length === 0 ? '' : JSON.stringify(guarded),
    requestTimeoutSeconds: requestTimeoutMs === undefined ? '' : String(requestTimeoutMs / 1_000),
  };
}
