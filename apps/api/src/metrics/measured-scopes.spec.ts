import type { SchedulerClient } from '@tessera/adapter-services';
import type { ClusterRecord, OrganisationStore, Principal } from '@tessera/application-control-plane';
import { stubOf } from '@tessera/testing-builders';
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

type ScheduledNode = Awaited<ReturnType<SchedulerClient['nodes']>>[number];

/** Clusters, each with the ids of its nodes, or without if its scheduler cannot be asked. */
const scopesOf = (clusters: readonly (readonly [ClusterRecord, readonly string[] | undefined])[]) =>
  new MeasuredScopes(stubOf<OrganisationStore>({ clusters: async () => clusters.map(([one]) => one) }), {
    nodes: async (id: string) => {
      const [, uids] = clusters.find(([one]) => one.id === id) ?? [];
      if (uids === undefined) throw AWAY;
      return uids.map((uid) => stubOf<ScheduledNode>({ uid, name: `node-${uid}` }));
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
