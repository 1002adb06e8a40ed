import { deservedIn, overBy, sharesOf, withDeserved, type QuotaData } from './share';

const A100 = { id: '2', name: 'a100' };
const DEFAULT = { id: '1', name: 'default' };
type Resources = Parameters<typeof deservedIn>[0];
const quota = (name: string, deserved: number): object => ({
  nodePool: { id: '9', name },
  gpu: { deserved, limit: -1 },
});
const resources = (...given: readonly object[]): Resources => given as unknown as Resources;

describe('what a quota promises in a pool', () => {
  it.each([
    [[quota('a100', 4), quota('l40s', 8)], A100, 4],
    [[quota('l40s', 8)], A100, undefined],
    [[{ gpu: { deserved: 2 } }], DEFAULT, 2],
  ])('%j', (given, pool, deserved) => {
    expect(deservedIn(resources(...given), pool)).toBe(deserved);
  });

  it('changes without its limit and other pools', () => {
    expect(withDeserved(resources(quota('a100', 4), quota('l40s', 8)), A100, 5)).toEqual([
      quota('a100', 5),
      quota('l40s', 8),
    ]);
  });

  it('is added to a pool that had none', () => {
    expect(withDeserved(null, A100, 5)).toEqual([{ nodePool: A100, gpu: { deserved: 5 } }]);
  });
});

it.each([
  [4, 4.1, 0.1],
  [4, 4, 0],
  [4, 1, 0],
  [undefined, 4, 0],
  [0, 0.5, 0.5],
])('of %s deserved with %s used is over by %s', (deserved, used, over) => {
  expect(overBy({ deserved, used })).toBe(over);
});

describe('shares by department', () => {
  const project = (id: string, departmentId: string, deserved: number): object => ({
    id,
    name: `project-${id}`,
    clusterId: 'c',
    departmentId,
    parent: { name: `department-${departmentId}` },
    resources: [quota('a100', deserved)],
  });
  const held = (projectId: string, pool: string, value: number): object => ({
    value: String(value),
    groups: [
      { key: 'ProjectId', value: projectId },
      { key: 'NodepoolId', value: pool },
    ],
  });
  const pending = (projectId: string, rest: object): object => ({
    projectId,
    requestedNodePools: ['a100', 'default'],
    requestedPods: { number: 3 },
    runningPods: 1,
    podsRequestedResources: { gpu: { request: 0.5 } },
    ...rest,
  });
  const data = {
    projects: [project('1', 'x', 4), project('2', 'x', 2), project('3', 'y', 1)],
    departments: [{ id: 'x', name: 'department-x', clusterId: 'c', resources: [quota('a100', 5)] }],
    pools: [
      { ...A100, clusterId: 'c' },
      { id: '7', name: 'far', clusterId: 'other' },
    ],
    held: [held('1', '2', 4.5), held('2', '2', 1), held('2', '', 3)],
    pending: [
      pending('2', {}),
      pending('2', { podsRequestedResources: { gpu: null, migProfile: ['1g.5gb'] } }),
      pending('3', { requestedPods: { number: 1 }, runningPods: 1 }),
    ],
  } as unknown as QuotaData;
  const [x, y] = sharesOf(data);

  it('hold what each project deserves, uses and waits for in the pools of its cluster', () => {
    expect(x?.projects.map(({ project: { name }, shares }) => [name, shares])).toEqual([
      ['project-1', [{ pool: A100, deserved: 4, used: 4.5, waiting: 0, waitingWorkloads: 0 }]],
      ['project-2', [{ pool: A100, deserved: 2, used: 1, waiting: 1, waitingWorkloads: 2 }]],
    ]);
  });

  it('hold the sums of the projects beside the quota of the department', () => {
    expect([x?.name, x?.shares]).toEqual([
      'department-x',
      [{ pool: A100, deserved: 5, promised: 6, used: 5.5, waiting: 1, waitingWorkloads: 2 }],
    ]);
  });

  it('name a department that the reader may not read after its projects', () => {
    expect([y?.name, y?.shares[0]?.deserved, y?.shares[0]?.promised]).toEqual(['department-y', undefined, 1]);
  });
});
