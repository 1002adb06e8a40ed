import { eventually } from '@tessera/testing-services';
import { INFERENCES, type Json } from '../client';
import { LIMIT_MS, type FaultTest } from './fault-test';

/** The pool has one node with two devices. */
const FULL = { nodePools: ['my-node-pool-a'], autoscaling: { minReplicas: 2, maxReplicas: 2 } };
const WHOLE = { gpuDevicesRequest: 1 };

/** Where its replicas have every device, a workload is updated in place: one replica frees its devices for its successor. */
export function fullDevicesAreUpdated(faultTest: () => FaultTest): void {
  const ready = ({ metadata, status }: Json): boolean =>
    metadata.deletionTimestamp === undefined &&
    status.conditions?.find(({ type }: Json) => type === 'Ready')?.status === 'True';
  const imageOf = (pod: Json): string => pod.spec.containers[0].image;

  it('an update when the devices are full replaces one replica after the other', async () => {
    const on = faultTest();
    const { client } = on;
    const id = await on.create('full', FULL, WHOLE);
    await on.running(id);
    const before = await on.podsOf(id);
    expect(before).toHaveLength(2);
    // Nothing fits beside them.
    const other = await on.create('beside', { nodePools: FULL.nodePools }, WHOLE);
    await on.says(other, 'Pending', /^Unschedulable$/, /lacks 1 whole device/);
    await on.end(other);

    const patched = await client.call('PATCH', `${INFERENCES}/${id}`, { spec: { image: 'model:2' } });
    expect(patched.status).toBe(202);
    const seen: string[] = [];
    await eventually(async () => {
      const pods = await on.podsOf(id);
      const serving = pods.filter(ready);
      seen.push(`${serving.length} of ${pods.length}`);
      expect(serving.map(imageOf)).toEqual(['model:2', 'model:2']);
    }, LIMIT_MS);
    await on.running(id);
    const phases = await client.phasesOf(id);
    await on.end(id);
    expect(phases).not.toContain('Failed');
    // Surge 0: never more than there were, and never all away at once.
    for (const one of seen) expect(one).toMatch(/^[12] of [12]$/);
  });
}
