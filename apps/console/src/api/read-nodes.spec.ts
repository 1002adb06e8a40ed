import type { ApiClient, Call } from './client';
import { rereadNodes, type ApiNode } from './read-nodes';

const PAGE = 2;
const node = (name: string, status = 'Ready') => ({ name, status, gpus: [] }) as unknown as ApiNode;
/** An API that answers with pages of two. */
const apiWith = (nodes: readonly ApiNode[]) => {
  const call = (_operation: string, { query }: Call) => {
    const from = Number(query?.['offset']);
    const next = from + PAGE;
    const page = structuredClone(nodes.slice(from, next));
    return Promise.resolve({ nodes: page, ...(next < nodes.length ? { next } : {}) });
  };
  return { call } as unknown as Pick<ApiClient, 'call'>;
};
const read = (nodes: readonly ApiNode[], before?: readonly ApiNode[]) =>
  rereadNodes(apiWith(nodes), 'c', before);
const CLUSTER = ['a', 'b', 'c', 'd', 'e'].map((name) => node(name));

describe('nodes that are read again', () => {
  it('are those of all pages, in order', async () => {
    expect(await read(CLUSTER)).toEqual(CLUSTER);
  });

  it('are the same list where nothing has changed, so that nothing is computed from it again', async () => {
    const before = await read(CLUSTER);
    expect(await read(CLUSTER, before)).toBe(before);
  });

  it('are the same objects but for those that have changed', async () => {
    const before = await read(CLUSTER);
    const changed = CLUSTER.with(3, node('d', 'NotReady'));
    const after = await read(changed, before);
    expect(after).toEqual(changed);
    expect(after.map((one, at) => one === before[at])).toEqual([true, true, true, false, true]);
  });

  it.each([
    ['fewer', CLUSTER.slice(0, 4)],
    ['more', [...CLUSTER, node('f')]],
    ['none', []],
  ])('may be %s than before', async (_name, nodes) => {
    expect(await read(nodes, await read(CLUSTER))).toEqual(nodes);
  });
});
