import { LOCAL } from '@tessera/adapter-postgres';
import { GatewayFeedClient } from '@tessera/adapter-services/gateway';
import { maybe } from '@tessera/kernel';
import { apiUnderTest, type ApiUnderTest, type Json } from '../testing/api-under-test';

const LIMITS = '/api/v1/tessera/serving-limits';
const SIGNING = Buffer.alloc(32, 7);
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const { clusterId, projectId } = LOCAL;

let t: ApiUnderTest;
let chat: Json;
beforeAll(async () => {
  t = await apiUnderTest({ TESSERA_GATEWAY_REPORT_KEYS: SIGNING.toString('base64') });
  chat = await made('/api/v1/workloads/inferences', {
    ...{ name: 'chat', projectId, clusterId },
    spec: { image: 'model:1', servingPort: { container: 8000 } },
  });
});
afterAll(() => t.close());

const made = async (path: string, body: object): Promise<Json> => {
  const answer = await t.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const ofProject = `${LIMITS}/projects/${projectId}`;
const ofChat = (): string => `${LIMITS}/workloads/${chat.workloadId}`;
const put = (path: string, limits: object, token?: string) =>
  t.call('PUT', path, { body: { limits }, ...maybe('token', token) });

/** What gateways of the cluster are sent, and its version. */
const fed = async (): Promise<Json> => {
  const feed = new GatewayFeedClient({ urls: [t.url], clusterId, key: SIGNING });
  return feed.ask(undefined, new AbortController().signal);
};

/** The token of an application with this role in the project. */
async function holder(role: number): Promise<string> {
  const app = await made('/api/v1/apps', { name: `holder-${role}` });
  await made('/api/v1/authorization/access-rules', {
    ...{ subjectId: app.clientId, subjectType: 'app', roleId: role },
    ...{ scopeType: 'project', scopeId: projectId },
  });
  return t.tokenOf(app.clientId, app.clientSecret);
}
const ENGINEER = 8;
const VIEWER = 9;

describe('limits of projects and workloads', () => {
  it('are set, replaced and removed, and sent to gateways', async () => {
    const before = await fed();
    const limits = { requestsPerMinute: 60, requestsInFlight: 4 };
    expect(await put(ofProject, limits)).toMatchObject({
      status: 200,
      body: { scope: 'project', projectId, projectName: 'project-1', limits, updatedBy: 'first' },
    });
    await put(ofChat(), { tokensPerMinute: 500 });
    expect(await put(ofChat(), { tokensPerMinute: 1_000 })).toMatchObject({
      status: 200,
      body: { scope: 'workload', workloadId: chat.workloadId, workloadName: 'chat', projectId },
    });
    const after = await fed();
    expect(after.version).not.toBe(before.version);
    expect(after.snapshot.limits).toEqual(
      expect.arrayContaining([
        { scope: 'project', name: 'project-1', limits },
        { scope: 'workload', id: chat.workloadId, limits: { tokensPerMinute: 1_000 } },
      ]),
    );
    expect((await t.call('GET', ofProject)).body.limits).toEqual(limits);
    const list = await t.call('GET', `${LIMITS}?projectId=${projectId}`);
    expect(list.body.servingLimits.map((one: Json) => one.scope)).toEqual(['project', 'workload']);
    for (const path of [ofProject, ofChat()]) {
      expect((await t.call('DELETE', path)).status).toBe(204);
      for (const method of ['GET', 'DELETE'] as const) expect((await t.call(method, path)).status).toBe(404);
    }
    expect((await fed()).snapshot.limits).toEqual([]);
  });

  it.each<[string, object]>([
    ['0', { requestsPerMinute: 0 }],
    ['a text', { tokensPerMinute: 'many' }],
  ])('that are %s are refused', async (_, limits) => {
    const { status, text } = await put(ofProject, limits);
    expect([status, text]).toEqual([400, expect.stringContaining(Object.keys(limits)[0] ?? '')]);
  });

  it('are changed by who may change the project or the workload, and seen by who sees it', async () => {
    const [engineer, viewer] = [await holder(ENGINEER), await holder(VIEWER)];
    expect((await put(ofChat(), { requestsPerMinute: 5 }, engineer)).status).toBe(200);
    expect((await put(ofProject, { requestsPerMinute: 5 }, engineer)).status).toBe(403);
    expect((await put(ofChat(), { requestsPerMinute: 6 }, viewer)).status).toBe(403);
    expect((await t.call('GET', ofChat(), { token: viewer })).body.limits).toEqual({ requestsPerMinute: 5 });
    expect((await put(`${LIMITS}/workloads/${NOWHERE}`, { requestsPerMinute: 5 })).status).toBe(404);
    expect((await put(`${LIMITS}/projects/999`, { requestsPerMinute: 5 })).status).toBe(404);
    const audited = JSON.stringify(await t.dataSource.query('select * from api.audit_log'));
    expect(audited).toContain('set_workload_serving_limits');
  });
});
