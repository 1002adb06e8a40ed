import type { PodState } from '@tessera/contracts-events';

/** Bytes of all pods in one state: with the rest of it, the record is one that a topic with the defaults of Kafka takes. */
const MOST_BYTES = 850_000;
/** What is left of a text where texts are too long together, characters. */
const SHORT = 100;
/** Names of fields, times, the id and the name of a pod in JSON, and the same of a device: at most. */
const POD_BYTES = 480;
const DEVICE_BYTES = 130;

/**
 * The pods as a state tells them. Where they are too much for one record, what the cluster says of each and the image are cut,
 * and, if that is not enough, the physical devices are left out: all of it stands in the pods themselves.
 */
export function reportedPods(pods: readonly PodState[]): readonly PodState[] {
  if (bytesOf(pods) <= MOST_BYTES) return pods;
  const short = pods.map(withShortTexts);
  return bytesOf(short) <= MOST_BYTES ? short : short.map(withoutUuids);
}

const bytesOf = (pods: readonly PodState[]): number => pods.reduce((sum, pod) => sum + podBytes(pod), 0);

/** At least what the pod takes in JSON. */
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

/** True where the image that was told, cut or not, is this one. */
export const isToldImage = (reported: string, image: string): boolean =>
  reported === image || reported === cut(image);

function withoutUuids(pod: PodState): PodState {
  if (pod.allocation === undefined) return pod;
  const devices = pod.allocation.devices.map(({ uuid: _uuid, ...device }) => device);
  return { ...pod, allocation: { ...pod.allocation, devices } };
}
