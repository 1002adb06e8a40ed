import type { PodWire } from '@tessera/adapter-kubernetes';
import { ANNOTATIONS, ownerOf, type OwnerSources } from '@tessera/contracts-kubernetes';
import type { Replica } from '../routing/replica';
import { servingAddress, type AddressRules, type ServingAddress } from './serving-address';

/** The replica that a pod represents; undefined where the pod belongs to no workload, whatever its labels say. */
export function replicaOfPod(
  pod: PodWire,
  namespaces: OwnerSources['bindingOf'],
  rules: AddressRules,
): Replica | undefined {
  const owner = ownerOf(pod.metadata, { bindingOf: namespaces });
  if (owner === undefined) return undefined;
  const reached = servingAddress(pod, rules);
  const obstacle = obstacleOf(pod, reached);
  return {
    uid: pod.metadata.uid,
    pod: pod.metadata.name,
    project: owner.project,
    workload: owner.workload,
    workloadId: owner.workloadId,
    ready: obstacle === undefined,
    ...(isDraining(pod) ? { draining: true } : {}),
    ...(reached?.address === undefined ? {} : { address: reached.address }),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

/** The scheduler marks a replica before it deletes the pod, so that requests in flight can finish. */
const isDraining = ({ metadata }: Pick<PodWire, 'metadata'>): boolean =>
  metadata.deletionTimestamp !== undefined || metadata.annotations?.[ANNOTATIONS.draining] !== undefined;

function obstacleOf({ metadata, status }: PodWire, reached: ServingAddress | undefined): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return 'is being deleted';
  if (isDraining({ metadata })) return 'is draining';
  if (reached?.refused !== undefined) return reached.refused;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  if (ready) return reached === undefined ? 'is ready but has no serving port' : undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = containers.find(({ state }) => state?.waiting?.reason !== undefined)?.state?.waiting;
  const cause = status?.reason ?? waiting?.reason;
  return `is ${status?.phase ?? 'Pending'}${cause === undefined ? '' : ` (${cause})`} and not ready`;
}
