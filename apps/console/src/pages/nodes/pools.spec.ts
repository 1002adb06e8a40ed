import type { ClusterNodes } from '../../api/use-nodes';
import { nodeFilter, nodesAddress, poolsOf, wantsNode } from './pools';

type Node = ClusterNodes['nodes'][number];
const node = (name: string, nodePool: string, status = 'Ready', models: readonly string[] = ['A100']): Node =>
  ({
    name,
    nodePool,
    status,
    gpuInfo: { gpuType: models[0] },
    gpus: models.map((model) => ({ model, allocatedGpu: 0.5, available: true })),
  }) as unknown as Node;

describe('the pools', () => {
  it('have the capacity of their nodes, empty ones too', () => {
    const pools = poolsOf(
      ['pool-b', 'empty'],
      [
        node('n1', 'pool-b', 'Ready', ['L40S', 'A100', 'A100']),
        node('n2', 'pool-b', 'Unschedulable'),
        node('n3', 'unknown'),
      ],
    );
    expect(pools.map(({ name }) => name)).toEqual(['empty', 'pool-b', 'unknown']);
    expect(pools[0]).toMatchObject({ nodes: 0, gpus: 0, closed: 0, models: [] });
    expect(pools[1]).toMatchObject({
      nodes: 2,
      closed: 1,
      gpus: 4,
      readyGpus: 3,
      allocated: 2,
      models: ['A100', 'L40S'],
    });
  });
});

describe('the filter of nodes', () => {
  const one = node('gpu-7', 'pool-b', 'Unschedulable');

  it.each([
    ['', true],
    ['search=GPU', true],
    ['search=a100', true],
    ['search=h100', false],
    ['pool=pool-b', true],
    ['pool=pool-c', false],
    ['status=Unschedulable', true],
    ['status=Ready', false],
  ])('"%s"', (query, wanted) => {
    expect(wantsNode(nodeFilter(query), one)).toBe(wanted);
  });

  it('stands in the address', () => {
    expect(nodesAddress(nodeFilter(''))).toBe('/nodes');
    expect(nodesAddress(nodeFilter('status=Ready&pool=b&search=a'))).toBe(
      '/nodes?search=a&pool=b&status=Ready',
    );
  });
});
