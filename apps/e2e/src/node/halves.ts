import { RESERVATION, RESERVATION_ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import type { Json } from '../client';
import { LIMIT_MS, type NodePlatform } from './node-platform';

const HALF = gpuPortion(0.5);
const WHOLE = { gpuDevicesRequest: 1 };
const RESERVATION_PODS = `/api/v1/namespaces/${RESERVATION.namespace}/pods`;

/** Devices that replicas share: one reservation pod each, whose UUID they see. */
export function sharedDevices(platform: () => NodePlatform): void {
  let node: NodePlatform;
  const ids: string[] = [];
  beforeAll(() => {
    node = platform();
  });

  const reservationPods = (): Promise<readonly Json[]> => node.items(RESERVATION_PODS);
  const reported = async (): Promise<readonly string[]> =>
    (await reservationPods())
      .map(({ metadata }) => metadata.annotations[RESERVATION_ANNOTATIONS.uuid] as string)
      .sort();

  it('is held by a reservation pod, which reports its UUID, and injected into two replicas with half of it each', async () => {
    for (const name of ['left', 'right']) ids.push(await node.create(name, HALF));
    await node.running(...ids);
    const [reservationPod, ...others] = await reservationPods();
    expect(others).toEqual([]);
    expect(reservationPod.status.phase).toBe('Running');
    const uuid = reservationPod.metadata.annotations[RESERVATION_ANNOTATIONS.uuid];
    expect(node.devices.map((device) => device.uuid)).toContain(uuid);
    for (const name of ['left', 'right']) expect((await node.ask(name)).devices).toBe(uuid);
  });

  it('differs from the device of a third replica with half of one, and of a replica with a whole one', async () => {
    ids.push(await node.create('third', HALF), await node.create('whole', WHOLE));
    await node.running(...ids);
    const seen = await Promise.all(
      ['left', 'third', 'whole'].map(async (name) => (await node.ask(name)).devices),
    );
    expect(new Set(seen).size).toBe(3);
    expect(await reported()).toEqual(seen.slice(0, 2).sort());
  });

  it('is free again once nobody shares it', async () => {
    await node.delete(...ids);
    await eventually(async () => expect(await reservationPods()).toEqual([]), LIMIT_MS);
    const all: string[] = [];
    for (const index of node.devices.keys()) all.push(await node.create(`all-${index}`, WHOLE));
    await node.running(...all);
    const seen = await Promise.all(all.map(async (_, index) => (await node.ask(`all-${index}`)).devices));
    expect(seen.sort()).toEqual(node.devices.map(({ uuid }) => uuid).sort());
    await node.delete(...all);
  });
}
