import { shareOf, withDeserved, type Project } from './share';

const POOL = { id: '2', name: 'a100' };
const project = (resources: readonly object[], nodePoolQuotaStatuses: readonly object[] = []): Project =>
  ({ resources, status: { nodePoolQuotaStatuses }, defaultNodePools: ['a100'] }) as unknown as Project;
const quota = (name: string, deserved: number): object => ({
  nodePool: { id: '9', name },
  gpu: { deserved, limit: -1 },
});

describe('the share of a project in a node pool', () => {
  it('is what it deserves, holds and asks for there', () => {
    const used = { nodePoolName: 'a100', allocated: { gpu: 1.5 }, requested: { gpu: 3 } };
    expect(shareOf(project([quota('a100', 4), quota('l40s', 8)], [used]), POOL)).toEqual({
      deserved: 4,
      allocated: 1.5,
      requested: 3,
    });
  });

  it('has no quota where none was given', () => {
    expect(shareOf(project([quota('l40s', 8)]), POOL)).toEqual({
      deserved: undefined,
      allocated: 0,
      requested: 0,
    });
  });

  it('is that of the default pool where the quota names none', () => {
    expect(shareOf(project([{ gpu: { deserved: 2 } }]), { id: '1', name: 'default' }).deserved).toBe(2);
  });
});

describe('a change of a quota', () => {
  it('leaves the limit and other pools as they are', () => {
    expect(withDeserved(project([quota('a100', 4), quota('l40s', 8)]), POOL, 5)).toEqual({
      resources: [quota('a100', 5), quota('l40s', 8)],
      defaultNodePools: ['a100'],
    });
  });

  it('adds a pool that had none', () => {
    expect(withDeserved(project([]), POOL, 5)).toMatchObject({
      resources: [{ nodePool: POOL, gpu: { deserved: 5 } }],
    });
  });
});
