import { matching, nodeGroups, type ExplainedNode } from './node-groups';

const node = (name: string, more: Partial<ExplainedNode> = {}): ExplainedNode => ({
  node: name,
  nodePool: 'default',
  replicas: 0,
  outcome: 'rejected',
  reason: 'lacks something',
  ...more,
});
const NODES = [
  node('a', { code: 'Cpu' }),
  node('b', { code: 'GpuShare', reason: '0.3 GPU free' }),
  node('c', { code: 'GpuShare', replicas: 1 }),
  node('d', { code: 'GpuShare' }),
  node('e', { outcome: 'fits' }),
  node('f', { outcome: 'first' }),
  node('g', { code: 'New' }),
  node('h', { code: 'GpuShare' }),
];

describe('the nodes of a placement verdict', () => {
  it('stand in groups: with replicas, next, fitting, then the most frequent reason first', () => {
    expect(
      nodeGroups(NODES).map(({ key, title, nodes }) => [key, title, nodes.map((one) => one.node)]),
    ).toEqual([
      ['holds', 'Has replicas of it', ['c']],
      ['first', 'Next replica', ['f']],
      ['fits', 'Would fit, others are preferred', ['e']],
      ['GpuShare', 'GPUs are in use', ['b', 'd', 'h']],
      ['Cpu', 'Too little CPU', ['a']],
      ['New', 'New', ['g']],
    ]);
  });

  it('are each in one group', () => {
    expect(nodeGroups(NODES).flatMap(({ nodes }) => nodes)).toHaveLength(NODES.length);
  });

  it('are found by name, pool and reason', () => {
    expect([matching(NODES, ' 0.3 gpu').map((one) => one.node), matching(NODES, 'DEFAULT').length]).toEqual([
      ['b'],
      NODES.length,
    ]);
  });
});
