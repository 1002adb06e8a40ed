import type { OrgUnitTelemetryType } from '@tessera/contracts-rest';
import { sumsOf } from '../reading/telemetry';
import type { NodePoolRecord } from './node-pool-store';
import { orgUnitParts, type HeldResources, type OrgUnitState } from './org-unit-telemetry';

const CLUSTER = 'c1';
const pool = (id: number, name: string, isDefault: boolean): NodePoolRecord => ({
  ...{ id, name, isDefault, clusterId: CLUSTER, labelKey: 'pool', labelValue: name },
  ...{ placementStrategy: null, overProvisioningRatio: 1 },
  ...{ createdAt: '', createdBy: '', updatedAt: '', updatedBy: '' },
});
const held = (id: string, more: Partial<HeldResources>): HeldResources => ({
  ...{ id, preemptible: false, gpus: 0, cpuMilli: 0, memoryMiB: 0 },
  ...more,
});

/** Two projects of one department; the second has a quota in both pools. */
const STATE: OrgUnitState = {
  clusters: [{ id: CLUSTER, name: 'first' }],
  pools: [pool(1, 'default', true), pool(2, 'spot', false)],
  orgUnits: [
    {
      ...{ id: '7', name: 'team-a', clusterId: CLUSTER, department: { id: '3', name: 'research' } },
      resources: [
        { gpu: { deserved: 4 }, cpu: { deserved: 8000 }, memory: { deserved: 1000, units: 'Mib' } },
      ],
    },
    {
      ...{ id: '8', name: 'team-b', clusterId: CLUSTER, department: { id: '3', name: 'research' } },
      resources: [{ gpu: { deserved: 1 } }, { nodePool: { name: 'spot' }, gpu: { deserved: 2.5 } }],
    },
  ],
  held: [
    held('7', { gpus: 0.5, cpuMilli: 500, memoryMiB: 100 }),
    held('7', { nodePool: 'spot', gpus: 2, cpuMilli: 1500, memoryMiB: 200, preemptible: true }),
    held('8', { nodePool: 'gone', gpus: 1 }),
  ],
};

const values = (type: OrgUnitTelemetryType, ...groupBy: string[]) =>
  Object.fromEntries(
    sumsOf(orgUnitParts(type, STATE), groupBy).map(({ value, groups }) => [
      groups.map((group) => group.value).join(' '),
      Number(value.toFixed(6)),
    ]),
  );

describe('the telemetry of projects', () => {
  it.each<[OrgUnitTelemetryType, number]>([
    ['GPU_QUOTA', 4 + 1 + 2.5],
    ['CPU_QUOTA', 8000],
    ['MEMORY_QUOTA', 1048.576],
    ['GPU_ALLOCATION', 0.5 + 2 + 1],
    ['CPU_ALLOCATION', 500 + 1500],
    ['MEMORY_ALLOCATION', 300 * 1.048576],
    ['GPU_ALLOCATION_NON_PREEMPTIBLE', 0.5 + 1],
    ['CPU_ALLOCATION_NON_PREEMPTIBLE', 500],
    ['MEMORY_ALLOCATION_NON_PREEMPTIBLE', 104.8576],
  ])('%s adds up to %d', (type, total) => {
    expect(values(type)).toEqual({ '': total });
  });

  it('is grouped by project, and by its department', () => {
    expect(values('GPU_ALLOCATION', 'ProjectId')).toEqual({ '7': 2.5, '8': 1 });
    expect(values('GPU_ALLOCATION', 'ParentId', 'ClusterId')).toEqual({ '3 c1': 3.5 });
  });

  it('is grouped by pool; nodes without a label are in the default one, those of a removed pool in none', () => {
    expect(values('GPU_QUOTA', 'NodepoolId')).toEqual({ '1': 5, '2': 2.5 });
    expect(values('GPU_ALLOCATION', 'NodepoolId')).toEqual({ '1': 0.5, '2': 2, '': 1 });
    expect(values('GPU_ALLOCATION', 'NodepoolName')).toEqual({ default: 0.5, spot: 2, gone: 1 });
  });

  it('has a project that holds nothing with 0, and names what it groups by', () => {
    const idle = { ...STATE, held: [] };
    expect(sumsOf(orgUnitParts('GPU_ALLOCATION', idle), ['ProjectId', 'ClusterId'])).toEqual([
      {
        value: 0,
        groups: [
          { key: 'ProjectId', value: '7', name: 'team-a' },
          { key: 'ClusterId', value: CLUSTER, name: 'first' },
        ],
      },
      {
        value: 0,
        groups: [
          { key: 'ProjectId', value: '8', name: 'team-b' },
          { key: 'ClusterId', value: CLUSTER, name: 'first' },
        ],
      },
    ]);
  });
});
