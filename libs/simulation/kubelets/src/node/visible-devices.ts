import { RESERVATION_ANNOTATIONS, SHARED_GPU } from '@tessera/contracts-kubernetes';
import { type KubeApi, objectPath } from '@tessera/simulation-kubernetes-api/client';
import type { Pod } from '@tessera/simulation-kubernetes-api/wire';
import { mainContainerOf } from '../pod/main-container';
import { isReservationPod, type Device } from './devices';
import type { References } from '../objects/references';

/** UUIDs of the devices that a pod's container sees by its environment; `void` means none. */
export async function visibleDevicesOf(pod: Pod, references: References): Promise<readonly string[]> {
  const container = mainContainerOf(pod);
  const text = container && (await references.valueOf(pod, container, SHARED_GPU.visibleDevices));
  return text && text !== 'void' ? text.split(',').map((name) => name.slice(name.lastIndexOf('=') + 1)) : [];
}

/** Simulates the program in a reservation pod: it reports the device that it sees. Other pods report nothing. */
export async function reportDevice(
  pod: Pod,
  [device]: readonly Device[],
  client: Pick<KubeApi, 'patch'>,
): Promise<void> {
  if (!isReservationPod(pod) || device === undefined) return;
  const { name, namespace, uid } = pod.metadata;
  const annotations = { [RESERVATION_ANNOTATIONS.uuid]: device.uuid };
  await client.patch(objectPath('pods', name, namespace), { metadata: { uid, annotations } });
}
