import type { ReplicaRequest } from '@tessera/domain-placement';
import { toIntent } from '@tessera/domain-workload';
import { replicaName } from '../model/names';
import { revisionOf, type AcceptedWorkload, type CompiledWorkload } from '../model/workload';
import { raisedTo } from '../placement/admitted-requests';
import { replicaRequest } from '../placement/request';
import { volumeReach } from '../placement/volume-reach';
import type { ClusterView } from '../ports';

type View = Pick<ClusterView, 'claimsOf' | 'replicasOf' | 'requestsOnceAdmitted'>;

/** The request of a further replica of an accepted workload, beside those that it has. */
export function nextReplica(workload: AcceptedWorkload, view: View): ReplicaRequest {
  const { intent } = toIntent(workload.spec, workload.references);
  const target: CompiledWorkload = { workload, intent };
  const { workloadId, name } = workload.ref;
  const ordinals = view.replicasOf(workloadId).map(({ ordinal }) => ordinal);
  const next = { id: workloadId, name, generation: revisionOf(workload) };
  const id = replicaName(next, Math.max(-1, ...ordinals) + 1);
  return raisedTo(
    replicaRequest(target, id, volumeReach(view.claimsOf(target))),
    view.requestsOnceAdmitted(target),
  );
}
