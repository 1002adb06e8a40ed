import { disruptions, type DisruptionNode } from './disruption';

const pool = (name: string, nodes: number, lost: number): readonly DisruptionNode[] =>
  Array.from({ length: nodes }, (_unused, at) => ({ name: `${name}-${at}`, pool: name, lost: at < lost }));

describe('the disruption of pools', () => {
  it.each([
    ['all nodes are ready', [pool('a', 4, 0)], { a: ['none', 0.1] }],
    ['one of four is lost', [pool('a', 4, 1)], { a: ['none', 0.1] }],
    ['two of three are lost, few nodes', [pool('a', 3, 2)], { a: ['none', 0.1] }],
    ['five of ten, below the threshold', [pool('a', 10, 5)], { a: ['none', 0.1] }],
    ['six of ten are lost', [pool('a', 10, 6)], { a: ['partial', 0] }],
    ['most of a large pool are lost', [pool('a', 51, 40)], { a: ['partial', 0.01] }],
    [
      'all nodes of the cluster are lost',
      [pool('a', 2, 2), pool('b', 1, 1)],
      { a: ['full', 0], b: ['full', 0] },
    ],
    [
      'all of a pool, another is ready',
      [pool('a', 4, 4), pool('b', 3, 0)],
      { a: ['full', 0], b: ['none', 0.1] },
    ],
    [
      'the only node of a pool, another is ready',
      [pool('a', 1, 1), pool('b', 3, 0)],
      { a: ['none', 0.1], b: ['none', 0.1] },
    ],
  ] as const)('%s', (_title, pools, want) => {
    const found = [...disruptions(pools.flat())].map(([name, { disruption, nodesPerSecond }]) => [
      name,
      [disruption, nodesPerSecond],
    ]);
    expect(Object.fromEntries(found)).toEqual(want);
  });
});
