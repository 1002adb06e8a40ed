import { eventually } from '@tessera/testing-services';
import type { Json } from '../client';
import { LIMIT_MS, type NodePlatform } from './node-platform';

/** The stable window, a tick, and what a container takes to stop. */
const TO_ZERO_MS = 120_000;
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '64M' };
const ASLEEP = { autoscaling: { minReplicas: 0, initialReplicas: 0, maxReplicas: 1 } };

const STAGES = ['held', 'decided', 'placed', 'bound', 'pulled', 'started', 'ready', 'firstByte'];

/** Containers of a workload that sleeps while nobody asks; the settings of the platform shorten its window. */
export function sleepsAndWakes(platform: () => NodePlatform): void {
  let node: NodePlatform;
  let id = '';
  beforeAll(() => {
    node = platform();
  });

  const asleep = (): Promise<void> =>
    eventually(async () => expect(await node.podsOf(id)).toEqual([]), TO_ZERO_MS);

  it('start with the first request, which they answer', async () => {
    id = await node.create('sleeper', CPU, ASLEEP);
    await eventually(async () => expect(await node.statusOf('sleeper', '/healthz')).toBe(503), LIMIT_MS);
    expect(await node.podsOf(id)).toEqual([]);
    const { host } = await node.ask('sleeper');
    const { metadata } = await node.podOf(id);
    expect(host).toBe(metadata.name);
  });

  it('end when it is silent, and another one answers the next request', async () => {
    const before = await node.podOf(id);
    await asleep();
    const { host } = await node.ask('sleeper');
    const after = await node.podOf(id);
    expect(host).toBe(after.metadata.name);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    const [container] = after.status.containerStatuses;
    expect(container.containerID).toMatch(/^containerd:/);
    expect(container.containerID).not.toBe(before.status.containerStatuses[0].containerID);
  });

  it('have a start on the timeline for each time, measured in every stage', async () => {
    const path = `/api/v1/tessera/workloads/${id}/scaling`;
    const starts = async (): Promise<readonly Json[]> =>
      (await node.client.call('GET', path)).body.entries.filter(({ type }: Json) => type === 'ColdStart');
    await eventually(async () => expect(await starts()).toHaveLength(2), LIMIT_MS);
    for (const { stages, totalMs } of await starts()) {
      expect(stages.map(({ stage }: Json) => stage)).toEqual(STAGES);
      expect(stages.reduce((sum: number, { durationMs }: Json) => sum + durationMs, 0)).toBe(totalMs);
      expect(stages.find(({ stage }: Json) => stage === 'started').durationMs).toBeGreaterThan(0);
    }
    await node.delete(id);
  });
}
