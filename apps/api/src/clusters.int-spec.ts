import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOCAL } from '@tessera/adapter-postgres';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';

const CLUSTERS = '/api/v1/clusters';
const MINUTE = 60_000;

let t: ApiUnderTest;
let scheduler: Server;
/** The cluster that the only scheduler serves; undefined while the scheduler is unavailable. */
let served: string | undefined;

beforeAll(async () => {
  scheduler = createServer(({ url = '' }, response) => {
    const ok = served !== undefined && url === `/internal/v1/clusters/${served}`;
    response.writeHead(ok ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(ok ? { clusterId: served } : { code: 404, message: 'not mine' }));
  });
  await new Promise<void>((resolve) => scheduler.listen(0, '127.0.0.1', resolve));
  const { port } = scheduler.address() as AddressInfo;
  t = await apiUnderTest({ TESSERA_SCHEDULER_URL: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await t.close();
  scheduler.close();
});

const register = (name: string) => t.call('POST', CLUSTERS, { body: { name } });

describe('a cluster that is registered', () => {
  it('has a topic, a default node pool, and a credential that reads it and nothing else', async () => {
    const { status, body: cluster } = await register('edge');
    expect(status).toBe(201);
    const { clientId, clientSecret, commandsTopic } = cluster.scheduler;
    expect(commandsTopic).toBe(`tessera.${cluster.uuid}.commands.v1`);
    expect(await t.log.topicNames()).toContain(commandsTopic);
    const pools = await t.call('GET', `/v1/k8s/clusters/${cluster.uuid}/node-pools`);
    expect(pools.body).toMatchObject([{ name: 'default', labelKey: 'run.ai/node-pool', isDefault: true }]);

    const token = await t.tokenOf(clientId, clientSecret);
    const { body: seen } = await t.call('GET', CLUSTERS, { token });
    expect(seen.map(({ uuid }: Json) => uuid)).toEqual([cluster.uuid]);
    expect((await t.call('GET', `${CLUSTERS}/${LOCAL.clusterId}`, { token })).status).toBe(403);
    const body = { name: 'mine', clusterId: cluster.uuid, resources: [] };
    expect((await t.call('POST', '/api/v1/org-unit/departments', { token, body })).status).toBe(403);
  });

  it('has a unique name', async () => {
    expect((await register('twice')).status).toBe(201);
    const again = await register('twice');
    expect([again.status, again.body.message]).toEqual([409, 'Resource with this name already exists']);
  });
});

describe('the state of a cluster', () => {
  const stateOf = async (uuid: string): Promise<Json> => {
    const { body } = await t.call('GET', CLUSTERS);
    const found = body.find((cluster: Json) => cluster.uuid === uuid);
    return [found.status.state, found.lastLiveness];
  };

  it('follows the heartbeats of its scheduler', async () => {
    const { body } = await register('living');
    await t.api.liveness.checkClusters();
    expect(await stateOf(body.uuid)).toEqual(['WaitingToConnect', null]);
    served = body.uuid;
    await t.api.liveness.checkClusters();
    const seen = new Date(t.clock.now()).toISOString();
    expect(await stateOf(body.uuid)).toEqual(['Connected', seen]);
    expect(await stateOf(LOCAL.clusterId)).toEqual(['WaitingToConnect', null]);
    served = undefined;
    t.clock.advance(6 * MINUTE);
    await t.api.liveness.checkClusters();
    expect(await stateOf(body.uuid)).toEqual(['Disconnected', seen]);
  });
});

describe('nodes of a cluster without a configured scheduler', () => {
  it('are 503, with what the operator must do and nothing about other clusters', async () => {
    const { status, body } = await t.call('GET', `${CLUSTERS}/${LOCAL.clusterId}/nodes`);
    expect([status, body]).toEqual([
      503,
      {
        code: 503,
        message: 'Please try again in few minutes.',
        details:
          'no scheduler of this cluster is known; TESSERA_CLUSTER_SCHEDULERS names those of single clusters',
      },
    ]);
  });
});
