import { planCompaction } from './mig-compaction';
import { createModel } from './model/create-model';
import type { ClusterNode, PlacedReplica } from './model/model';
import { runningReplica, node } from './testing';

const MODEL = 'NVIDIA-A100-SXM4-40GB';

/** A device with a 3g instance in use and a free 1g. */
const halfUsed = (name: string): ClusterNode =>
  node(name, {
    devices: [
      {
        slot: 0,
        model: MODEL,
        memoryMiB: 40_960,
        mig: {
          instances: [
            { profile: '3g.20gb', start: 4 },
            { profile: '1g.5gb', start: 0 },
          ],
        },
      },
    ],
    replicas: [inUse(`${name}-replica`)],
  });

const inUse = (id: string): PlacedReplica => ({
  ...runningReplica(id, 0),
  kind: 'mig',
  devices: [{ slot: 0, milliGpu: 428, memoryMiB: 20_096, mig: { profile: '3g.20gb', start: 4 } }],
});

describe('a compaction', () => {
  it('gives the fewest devices for the instances in use, and moves nothing', () => {
    const model = createModel({ nodes: ['a', 'b', 'c'].map(halfUsed), quota: [] });
    expect(planCompaction(model)).toEqual([
      {
        geometry: 'A100-40GB',
        devicesNow: 3,
        lowerBound: 2,
        devices: [expect.any(Array), expect.any(Array)],
      },
    ]);
    expect(model.nodeOf('a-replica')?.spec.name).toBe('a');
  });

  it('is empty where no instance is in use', () => {
    expect(planCompaction(createModel({ nodes: [node('a')], quota: [] }))).toEqual([]);
  });
});
