import { gpuPortion } from '@tessera/testing-builders';
import { FaultTest } from './fault-test';

jest.setTimeout(240_000);

const devices = (count: number) => gpuPortion(1, count);
/** A pool of one node with two devices. */
const POOL = { nodePools: ['my-node-pool-a'] };

describe('a workload that asks for a whole node', () => {
  let faultTest: FaultTest;
  beforeAll(async () => {
    faultTest = await FaultTest.start([], {
      TESSERA_KEEP_NODE_AFTER_MS: '10000',
      TESSERA_SCHEDULER_RESYNC_MS: '1000',
    });
  });
  afterAll(() => faultTest.remove());

  it('starts before smaller ones that came later, and the condition of each says why it waits', async () => {
    const first = await faultTest.create('first', POOL, devices(1));
    const second = await faultTest.create('second', POOL, devices(1));
    await faultTest.running(first);
    await faultTest.running(second);
    const large = await faultTest.create('large', POOL, devices(2));
    await faultTest.says(large, 'Pending', /Unschedulable/, /Node a100-pool-a-1 is kept for it/);
    await faultTest.end(first);
    const newcomer = await faultTest.create('newcomer', POOL, devices(1));
    await faultTest.says(newcomer, 'Pending', /Unschedulable/, /a100-pool-a-1 .* is kept for workload large/);
    await faultTest.end(second);
    await faultTest.running(large);
    await faultTest.says(newcomer, 'Pending', /Unschedulable/, /^0\/\d+ nodes: [^.]*$/);
    await faultTest.end(large);
    await faultTest.running(newcomer);
  });
});
