import type { ClusterRecord, Principal } from '@tessera/application-control-plane';
import { MeasuredScopes } from './measured-scopes';

const cluster = (id: string, lastLiveness: string | null): ClusterRecord => ({
  ...{ id, tenantId: 1, name: id, domain: null, version: null },
  ...{ createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', lastLiveness },
});
const CONNECTED = '2026-01-01T00:00:00Z';
const AWAY = new Error('the scheduler cannot be reached');
const ADMINISTRATOR: Principal = {
  ...{ subjectId: 'first', kind: 'app', name: 'first', tenantId: 1 },
  grants: [{ roleId: 1, scopeType: 'system', scopeId: '' }],
};

/** Clusters, each with the ids of its nodes, or without if its scheduler cannot be asked. */
const scopesOf = (clusters: readonly (readonly [ClusterRecord, readonly string[] | undefined])[]) =>
  new MeasuredScopes({ clusters: async () => clusters.map(([one]) => one) } as never, {
    nodes: async (id: string) => {
      const [, uids] = clusters.find(([one]) => one.id === id) ?? [];
      if (uids === undefined) throw AWAY;
      return uids.map((uid) => ({ uid, name: `node-${uid}` })) as never;
    },
  });

describe('the cluster of a node', () => {
  it('is found although the scheduler of another one cannot be asked', async () => {
    const scopes = scopesOf([
      [cluster('away', CONNECTED), undefined],
      [cluster('here', CONNECTED), ['a', 'B']],
    ]);
    expect(await scopes.node('b', ADMINISTRATOR)).toEqual({
      kind: 'node',
      clusterId: 'here',
      node: 'node-B',
    });
  });

  it('is not known while a scheduler that may have it cannot be asked', async () => {
    const scopes = scopesOf([[cluster('away', CONNECTED), undefined]]);
    await expect(scopes.node('b', ADMINISTRATOR)).rejects.toBe(AWAY);
  });

  it('is none where the others have never connected', async () => {
    const scopes = scopesOf([
      [cluster('registered', null), undefined],
      [cluster('here', CONNECTED), ['a']],
    ]);
    await expect(scopes.node('b', ADMINISTRATOR)).rejects.toMatchObject({ status: 404 });
  });
});
