import { createHash } from 'node:crypto';
import { LOCAL } from '@tessera/adapter-postgres';
import { GatewayFeedClient } from '@tessera/adapter-services/gateway';
import { apiUnderTest, type ApiUnderTest, type Json } from '../testing/api-under-test';

const KEYS = '/api/v1/tessera/serving-keys';
const SIGNING = Buffer.alloc(32, 7);
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const never = new AbortController().signal;

let t: ApiUnderTest;
let other: Json;
let chat: Json;
beforeAll(async () => {
  t = await apiUnderTest({ TESSERA_GATEWAY_REPORT_KEYS: SIGNING.toString('base64') });
  const { clusterId, departmentId: parentId, projectId } = LOCAL;
  other = await made('/api/v1/org-unit/projects', { name: 'other', clusterId, parentId, resources: [] });
  chat = await workload('chat', projectId);
});
afterAll(() => t.close());

const made = async (path: string, body: object): Promise<Json> => {
  const answer = await t.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const workload = (name: string, projectId: string): Promise<Json> =>
  made('/api/v1/workloads/inferences', {
    ...{ name, projectId, clusterId: LOCAL.clusterId },
    spec: { image: 'model:1', servingPort: { container: 8000 } },
  });
const key = (more: object = {}): Promise<Json> =>
  made(KEYS, { name: 'nightly job', projectIds: [LOCAL.projectId], ...more });

/** The secrets of a key that gateways of the cluster accept. */
const fed = async (id: string): Promise<readonly Json[]> => {
  const feed = new GatewayFeedClient({ urls: [t.url], clusterId: LOCAL.clusterId, key: SIGNING });
  const { snapshot } = await feed.ask(undefined, never);
  const keys: readonly Json[] = snapshot?.keys ?? [];
  return keys.filter((one) => one.id === id && !(Date.parse(one.expiresAt) <= t.clock.now()));
};
const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** The token of an application with this role in a project. */
async function holder(role: number, projectId: string): Promise<string> {
  const app = await made('/api/v1/apps', { name: `holder-${role}-${projectId}-${Math.random()}` });
  await made('/api/v1/authorization/access-rules', {
    ...{
      subjectId: app.clientId,
      subjectType: 'app',
      roleId: role,
      scopeType: 'project',
      scopeId: projectId,
    },
  });
  return t.tokenOf(app.clientId, app.clientSecret);
}
const ENGINEER = 8;
const VIEWER = 9;

describe('a serving key', () => {
  it('is shown once and stored as a digest; gateways know it with limits, priority and end', async () => {
    const limits = { requestsPerMinute: 60, tokensPerMinute: 1000, requestsInFlight: 2 };
    const expiresAt = '2026-06-01T02:00:00+02:00';
    const created = await key({ limits, priority: 'low', expiresAt });
    expect(created).toMatchObject({
      ...{ name: 'nightly job', status: 'active', createdBy: 'first', limits, priority: 'low' },
      key: expect.stringMatching(/^tsk-[\w-]{43}$/),
      hint: created.key.slice(0, 8),
      opens: [{ projectId: LOCAL.projectId, projectName: 'project-1' }],
      expiresAt: '2026-06-01T00:00:00.000Z',
    });
    expect(await fed(created.id)).toEqual([
      {
        ...{ id: created.id, name: 'nightly job', digest: digestOf(created.key), project: 'project-1' },
        scope: { projects: ['project-1'], workloads: [] },
        ...{ limits, priority: 'low', expiresAt: '2026-06-01T00:00:00.000Z' },
      },
    ]);
    const { text } = await t.call('GET', `${KEYS}/${created.id}`);
    const all = await t.call('GET', KEYS);
    const stored = JSON.stringify(await t.dataSource.query('select * from api.serving_keys'));
    const audited = JSON.stringify(await t.dataSource.query('select * from api.audit_log'));
    for (const place of [text, all.text, stored, audited]) {
      expect(place).toContain(created.id);
      expect(place).not.toContain(created.key);
    }
    for (const answer of [text, all.text]) expect(answer).not.toContain(digestOf(created.key));
  });

  it('opens projects as a whole, and further workloads by id', async () => {
    const { id: otherId } = other;
    const inner = await workload('inner', otherId);
    const narrow = await key({ projectIds: [], workloadIds: [chat.workloadId, inner.workloadId] });
    const [known] = await fed(narrow.id);
    expect(known.scope.projects).toEqual([]);
    expect(known.scope.workloads.toSorted()).toEqual([chat.workloadId, inner.workloadId].toSorted());
    expect(known.project).toBeUndefined();
    const whole = await key({ projectIds: [otherId], workloadIds: [inner.workloadId] });
    expect((await fed(whole.id))[0].scope).toEqual({ projects: ['other'], workloads: [] });
  });

  it.each<[string, object, string]>([
    ['that opens nothing', { projectIds: [] }, 'projectIds'],
    ['for an unknown project', { projectIds: ['4711'] }, 'projectIds[0]'],
    ['for an unknown workload', { workloadIds: [NOWHERE] }, 'workloadIds[0]'],
    ['that has expired already', { expiresAt: '2025-12-31T23:59:59Z' }, 'expiresAt'],
    ['without a name', { name: ' ' }, 'name'],
    ['with an unknown priority', { priority: 'urgent' }, 'priority'],
    ['with a limit of nothing', { limits: { requestsInFlight: 0 } }, 'limits.requestsInFlight'],
  ])('%s is refused', async (_title, more, field) => {
    const body = { name: 'n', projectIds: [LOCAL.projectId], ...more };
    const { status, text } = await t.call('POST', KEYS, { body });
    expect([status, text]).toEqual([400, expect.stringContaining(field)]);
  });

  it('has new limits, name, priority and end for gateways as soon as they are changed', async () => {
    const created = await key({ expiresAt: '2026-06-01T00:00:00Z', limits: { requestsPerMinute: 1 } });
    const change = { name: 'other', expiresAt: null, limits: { requestsInFlight: 3 }, priority: 'high' };
    const changed = await t.call('PATCH', `${KEYS}/${created.id}`, { body: change });
    expect([changed.status, changed.body.expiresAt]).toEqual([200, undefined]);
    const [known] = await fed(created.id);
    expect(known).toMatchObject({ name: 'other', limits: { requestsInFlight: 3 }, priority: 'high' });
    expect(known.limits).toEqual({ requestsInFlight: 3 });
    expect(known.expiresAt).toBeUndefined();
    const { body } = await t.call('PATCH', `${KEYS}/${created.id}`, { body: {} });
    expect(body).toMatchObject({ name: 'other', limits: { requestsInFlight: 3 }, priority: 'high' });
  });

  it.each([
    ['at once', {}, 0],
    ['after the overlap', { overlapSeconds: 60 }, 60_000],
  ])('has a new secret, and the old one ends %s', async (_title, body, overlapMs) => {
    const created = await key();
    const rotated = await t.call('POST', `${KEYS}/${created.id}/secret`, { body });
    expect([rotated.status, rotated.body.id]).toEqual([200, created.id]);
    expect(rotated.body.key).not.toBe(created.key);
    const until = new Date(t.clock.now() + overlapMs).toISOString();
    const current = { digest: digestOf(rotated.body.key) };
    const before = { digest: digestOf(created.key), expiresAt: until };
    const both = overlapMs > 0 ? [current, before] : [current];
    expect(await fed(created.id)).toMatchObject(both);
    expect(rotated.body.previousSecretUntil).toBe(overlapMs > 0 ? until : undefined);
    t.clock.advance(overlapMs);
    expect(await fed(created.id)).toMatchObject([current]);
  });

  it('opens nothing once it is revoked, for good', async () => {
    const created = await key();
    const at = `${KEYS}/${created.id}`;
    expect((await t.call('DELETE', at)).status).toBe(204);
    expect(await fed(created.id)).toEqual([]);
    const { body } = await t.call('GET', at);
    expect(body).toMatchObject({ status: 'revoked', revokedAt: expect.any(String) });
    expect((await t.call('DELETE', at)).status).toBe(204);
    expect((await t.call('GET', at)).body).toEqual(body);
    for (const [method, path, change] of [
      ['PATCH', at, { expiresAt: null }],
      ['POST', `${at}/secret`, {}],
    ] as const) {
      const { status, text } = await t.call(method, path, { body: change });
      expect([status, text]).toEqual([400, expect.stringContaining('is revoked')]);
    }
    expect(await fed(created.id)).toEqual([]);
  });

  it('opens nothing once it has expired', async () => {
    const created = await key({ expiresAt: new Date(t.clock.now() + 1_000).toISOString() });
    expect(await fed(created.id)).toHaveLength(1);
    t.clock.advance(1_000);
    expect(await fed(created.id)).toEqual([]);
    expect((await t.call('GET', `${KEYS}/${created.id}`)).body.status).toBe('expired');
  });

  it('is void once its only project is deleted, and the feed has it no more', async () => {
    const { clusterId, departmentId: parentId } = LOCAL;
    const project = { name: 'short-lived', clusterId, parentId, resources: [] };
    const { id } = await made('/api/v1/org-unit/projects', project);
    const only = await key({ projectIds: [id] });
    const both = await key({ projectIds: [id, LOCAL.projectId] });
    expect((await t.call('DELETE', `/api/v1/org-unit/projects/${id}`)).status).toBe(204);
    expect(await fed(only.id)).toEqual([]);
    expect((await t.call('GET', `${KEYS}/${only.id}`)).body).toMatchObject({ status: 'void', opens: [] });
    expect((await fed(both.id))[0].scope.projects).toEqual(['project-1']);
  });

  it('is known to the gateways of its cluster alone', async () => {
    const cluster = await made('/api/v1/clusters', { name: 'elsewhere' });
    const created = await key();
    const feed = new GatewayFeedClient({ urls: [t.url], clusterId: cluster.uuid, key: SIGNING });
    const { snapshot } = await feed.ask(undefined, never);
    expect(snapshot?.keys.filter(({ id }) => id === created.id)).toEqual([]);
  });
});

describe('the list of serving keys', () => {
  const named = async (query: string, token?: string): Promise<readonly string[]> => {
    const { status, text, body } = await t.call('GET', `${KEYS}?${query}`, token ? { token } : {});
    if (status !== 200) throw new Error(`${query}: ${status} ${text}`);
    return body.servingKeys.map(({ name }: Json) => name);
  };

  beforeAll(async () => {
    const expiresAt = new Date(t.clock.now() + 500).toISOString();
    await key({ name: 'list-a', priority: 'high' });
    t.clock.advance(1);
    await key({ name: 'list-b', projectIds: [other.id] });
    await key({ name: 'list-expired', expiresAt });
    const revoked = await key({ name: 'list-revoked' });
    await t.call('DELETE', `${KEYS}/${revoked.id}`);
    t.clock.advance(1_000);
  });

  it.each([
    ['search=list-&sortBy=name', ['list-a', 'list-b', 'list-expired', 'list-revoked']],
    ['search=list-&sortBy=name&sortOrder=desc&limit=2', ['list-revoked', 'list-expired']],
    ['search=list-&sortBy=name&offset=1&limit=2', ['list-b', 'list-expired']],
    ['search=list-&status=active&sortBy=name', ['list-a', 'list-b']],
    ['search=list-&status=expired,revoked&sortBy=name', ['list-expired', 'list-revoked']],
    ['filterBy=name%3D%5Elist-,priority%3D%3Dhigh', ['list-a']],
    ['search=list-b&status=void', []],
  ])('?%s', async (query, names) => {
    expect(await named(query)).toEqual(names);
  });

  it('has those of a project, and refuses what is no filter', async () => {
    expect(await named(`search=list-&projectId=${other.id}`)).toEqual(['list-b']);
    expect((await t.call('GET', `${KEYS}?filterBy=digest==a`)).status).toBe(400);
    expect((await t.call('GET', `${KEYS}?colour=red`)).status).toBe(400);
  });

  it('has what opens a project that the caller may see, and of it only that', async () => {
    const shared = await key({ name: 'list-shared', projectIds: [LOCAL.projectId, other.id] });
    const token = await holder(VIEWER, other.id);
    expect(await named('search=list-&sortBy=name', token)).toEqual(['list-b', 'list-shared']);
    const { body } = await t.call('GET', `${KEYS}/${shared.id}`, { token });
    expect(body.opens).toEqual([{ projectId: other.id, projectName: 'other' }]);
  });
});

describe('who may do what with a key', () => {
  it('makes keys only for projects where it may change workloads', async () => {
    const token = await holder(ENGINEER, other.id);
    const inner = await workload('mine', other.id);
    const asked = async (body: object) =>
      (await t.call('POST', KEYS, { token, body: { name: 'n', ...body } })).status;
    expect(await asked({ projectIds: [other.id] })).toBe(201);
    expect(await asked({ workloadIds: [inner.workloadId] })).toBe(201);
    expect(await asked({ projectIds: [other.id, LOCAL.projectId] })).toBe(403);
    expect(await asked({ projectIds: [other.id], workloadIds: [chat.workloadId] })).toBe(403);
    expect(await asked({ projectIds: [other.id], workloadIds: [NOWHERE] })).toBe(403);
    const viewer = await holder(VIEWER, other.id);
    const refused = await t.call('POST', KEYS, {
      token: viewer,
      body: { name: 'n', projectIds: [other.id] },
    });
    expect(refused.status).toBe(403);
  });

  it('changes and rotates with the right in every project of the key, and revokes with that in one', async () => {
    const shared = await key({ projectIds: [LOCAL.projectId, other.id] });
    const token = await holder(ENGINEER, other.id);
    const at = `${KEYS}/${shared.id}`;
    expect((await t.call('PATCH', at, { token, body: { name: 'mine' } })).status).toBe(403);
    expect((await t.call('POST', `${at}/secret`, { token, body: {} })).status).toBe(403);
    expect(await fed(shared.id)).toMatchObject([{ digest: digestOf(shared.key), name: 'nightly job' }]);
    expect((await t.call('DELETE', at, { token })).status).toBe(204);
    expect(await fed(shared.id)).toEqual([]);
  });

  it('learns nothing of a key elsewhere', async () => {
    const foreign = await key();
    const token = await holder(ENGINEER, other.id);
    for (const id of [foreign.id, NOWHERE]) {
      const answers = [
        await t.call('GET', `${KEYS}/${id}`, { token }),
        await t.call('PATCH', `${KEYS}/${id}`, { token, body: {} }),
        await t.call('DELETE', `${KEYS}/${id}`, { token }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    }
    expect((await t.call('GET', `${KEYS}/${NOWHERE}`)).status).toBe(404);
    expect((await t.call('DELETE', `${KEYS}/${NOWHERE}`)).status).toBe(404);
    expect(await fed(foreign.id)).toHaveLength(1);
  });
});
