import { gpuNode, gpuPortion } from '@tessera/testing-builders';
import { scalingScheduler } from '../testing/scaled';
import { freedBy } from './freed-by';

/** Two of them do not share a device. */
const MOST = { compute: gpuPortion(0.6) };

it('reads the nodes of the cluster once, and only where it is asked', () => {
  let reads = 0;
  const view = {
    nodes: () => {
      reads += 1;
      return [gpuNode('node-a', 1)];
    },
    replicasOn: () => [],
  };
  const freed = freedBy(view);
  expect(reads).toBe(0);
  expect(freed({ name: 'a', nodeName: 'node-a' })).toEqual({ emptiedDevices: 0, largestMilli: 0 });
  freed({ name: 'b' });
  expect(reads).toBe(1);
});

it('lets the replica leave that has a device to itself, of two without a request', async () => {
  const t = scalingScheduler(2);
  const id = await t.apply({ minReplicas: 2, maxReplicas: 2 }, 1, MOST);
  const [older, newer] = [...t.pods(id)].sort((a, b) => a.ordinal - b.ordinal);
  if (older === undefined || newer?.allocation === undefined) throw new Error('two replicas have devices');
  const devices = newer.allocation.devices.map((share) => ({ ...share, milliGpu: 300, memoryMiB: 1_000 }));
  const allocation = { ...newer.allocation, devices };
  const neighbour = { ...newer, uid: 'neighbour', name: 'neighbour', workloadId: 'another', allocation };
  t.cluster.pods.set('neighbour', neighbour);
  await t.run(2);
  await t.apply({ minReplicas: 1, maxReplicas: 1 }, 2, MOST);
  await t.run(4);
  expect(t.pods(id).map(({ uid }) => uid)).toEqual([newer.uid]);
});
