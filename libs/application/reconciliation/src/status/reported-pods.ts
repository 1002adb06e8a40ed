import type { PodState } from '@tessera/contracts-events';
import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import { hasEnded, serves, type ReplicaPod } from '../model/replica';

/**
 * Maximum size of all pods in one state, bytes; with the rest of the state the record fits into a topic with Kafka's
 * defaults.
 */
const MOST_BYTES = 850_000;
/** Length to which texts are trimmed if they are too long together, characters. */
const SHORT = 100;
/** Upper bound for field names, times, the id and the name of a pod in JSON, and the same for a device. */
const POD_BYTES = 480;
const DEVICE_BYTES = 130;

/**
 * The pods as reported in a state. If they are too large for one record, the cluster's messages and the image are
 * trimmed and, if that is not enough, the physical devices are left out. The pods in the cluster still carry
 * everything.
 */
export function reportedPods(pods: readonly PodState[]): readonly PodState[] {
  if (bytesOf(pods) <= MOST_BYTES) return pods;
  const short = pods.map(withShortTexts);
  return bytesOf(short) <= MOST_BYTES ? short : short.map(withoutUuids);
}

const bytesOf = (pods: readonly PodState[]): number => pods.reduce((sum, pod) => sum + podBytes(pod), 0);

/** Upper bound of the size of the pod in JSON. */
const podBytes = ({ image, reason, message, nodeName, allocation }: PodState): number =>
  [image, reason, message, nodeName].reduce((sum, text) => sum + jsonBytes(text), POD_BYTES) +
  DEVICE_BYTES * (allocation?.devices.length ?? 0);

const jsonBytes = (text: string | undefined): number =>
  text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text));

const withShortTexts = ({ message, ...pod }: PodState): PodState => ({
  ...pod,
  image: cut(pod.image),
  ...(message === undefined ? {} : { message: cut(message) }),
});
const cut = (text: string): string => (text.length > SHORT ? `${text.slice(0, SHORT)}…` : text);

/** True if the reported image, trimmed or not, is this one. */
export const isReportedImage = (reported: string, image: string): boolean =>
  reported === image || reported === cut(image);

function withoutUuids(pod: PodState): PodState {
  if (pod.allocation === undefined) return pod;
  const devices = pod.allocation.devices.map(({ uuid: _uuid, ...device }) => device);
  return { ...pod, allocation: { ...pod.allocation, devices } };
}

export function podState(pod: ReplicaPod): PodState {
  return {
    id: pod.uid,
    name: pod.name,
    replica: pod.ordinal,
    // One that has ended holds nothing, whatever keeps its object.
    phase: pod.terminating && !hasEnded(pod) ? 'Terminating' : pod.phase,
    phaseUpdatedAt: pod.changedAt,
    createdAt: pod.createdAt,
    ready: serves(pod),
    image: pod.image,
    ...maybe('nodeName', pod.nodeName),
    ...maybe('podIp', pod.podIp),
    ...maybe('startedAt', pod.startedAt),
    ...maybe('reason', pod.reason),
    ...maybe('message', pod.message),
    ...(pod.allocation === undefined ? {} : { allocation: withUuids(pod.allocation, pod.devices) }),
  };
}

/** The allocation with the physical devices behind it, if they are known. */
function withUuids(allocation: GpuAllocation, uuids: readonly string[] | undefined): GpuAllocation {
  if (uuids === undefined) return allocation;
  const devices = allocation.devices.map((share, index) => {
    const uuid = uuids[index];
    return uuid === undefined ? share : { ...share, uuid };
  });
  return { ...allocation, devices };
}
