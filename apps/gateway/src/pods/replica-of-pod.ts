import type { PodWire } from '@tessera/adapter-kubernetes';
import { ANNOTATIONS, ownerOf, type OwnerSources } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import type { Replica } from '../routing/replica';
import { servingAddress, type AddressRules, type ServingAddress } from './serving-address';

/** Annotation of a workload, which its pods inherit: the name of the model at its server. */
const SERVED_MODEL = 'served-model-name';
/** Waiting reasons of a container that do not go away without a change of the spec, the image or the cluster. */
const FAILURES = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);

/** The replica of a pod; undefined where the pod belongs to no workload, whatever its labels are. */
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
    ...(isFailing(pod) ? { failing: true } : {}),
    ...maybe('servedModel', pod.metadata.annotations?.[SERVED_MODEL]),
    ...maybe('obstacle', obstacle),
  };
}

/** The scheduler marks a replica before it deletes the pod, so that requests in flight can finish. */
const isDraining = ({ metadata }: Pick<PodWire, 'metadata'>): boolean =>
  metadata.deletionTimestamp !== undefined || metadata.annotations?.[ANNOTATIONS.draining] !== undefined;

const isFailing = ({ status }: PodWire): boolean =>
  status?.phase === 'Failed' || FAILURES.has(waitingReason(status) ?? '');

function waitingReason(status: PodWire['status']): string | undefined {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return containers.find(({ state }) => state?.waiting?.reason !== undefined)?.state?.waiting?.reason;
}

function obstacleOf({ metadata, status }: PodWire, reached: ServingAddress | undefined): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return 'is being deleted';
  if (isDraining({ metadata })) return 'is draining';
  if (reached?.refused !== undefined) return reached.refused;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  if (ready) return reached === undefined ? 'is ready but has no serving port' : undefined;
  const cause = status?.reason ?? waitingReason(status);
  return `is ${status?.phase ?? 'Pending'}${cause === undefined ? '' : ` (${cause})`} and not ready`;
}
