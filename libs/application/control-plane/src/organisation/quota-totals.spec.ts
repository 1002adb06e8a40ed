import { quotaByPool } from './quota-totals';

const POOLS = [
  { id: 1, name: 'default', isDefault: true },
  { id: 2, name: 'big', isDefault: false },
];

describe('the quota by node pool', () => {
  it.each([
    ['GPUs alone', { gpu: { deserved: 1.5 } }, { nodePool: 'default', gpus: 1.5 }],
    [
      'millicores as cores, memory in its unit as bytes',
      {
        nodePool: { id: '2' },
        gpu: { deserved: 0 },
        cpu: { deserved: 2_500 },
        memory: { deserved: 3, units: 'Mib' },
      },
      { nodePool: 'big', gpus: 0, cpuCores: 2.5, memoryBytes: 3_145_728 },
    ],
    [
      'no quota of what is null',
      { nodePool: { name: 'big' }, gpu: { deserved: 1 }, cpu: { deserved: null }, memory: null },
      { nodePool: 'big', gpus: 1 },
    ],
  ])('has %s', (_name, resource, want) => expect(quotaByPool([resource], POOLS)).toEqual([want]));

  it('ignores what is for no pool of the cluster', () =>
    expect(quotaByPool([{ nodePool: { id: 9 }, gpu: { deserved: 1 } }], POOLS)).toEqual([]));
});
