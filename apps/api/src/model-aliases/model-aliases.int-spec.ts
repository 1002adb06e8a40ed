import { LOCAL } from '@tessera/adapter-postgres';
import { GatewayFeedClient } from '@tessera/adapter-services/gateway';
import { apiUnderTest, type ApiUnderTest, type Json } from '../testing/api-under-test';

const ALIASES = '/api/v1/tessera/model-aliases';
const SIGNING = Buffer.alloc(32, 7);
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const never = new AbortController().signal;
const ENGINEER = 8;
const VIEWER = 9;
const targets = [
  { workload: 'old', weight: 90 },
  { workload: 'new', weight: 10, model: 'llama-3' },
];

let t: ApiUnderTest;
let other: Json;
let feed: GatewayFeedClient;
let names = 0;
beforeAll(async () => {
  t = await apiUnderTest({ TESSERA_GATEWAY_REPORT_KEYS: SIGNING.toString('base64') });
  const { clusterId, departmentId: parentId } = LOCAL;
  other = await made('/api/v1/org-unit/projects', { name: 'other', clusterId, parentId, resources: [] });
  feed = new GatewayFeedClient({ urls: [t.url], clusterId, key: SIGNING });
});
afterAll(() => t.close());

const made = async (path: string, body: object): Promise<Json> => {
  const answer = await t.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const alias = (more: object = {}): Promise<Json> =>
  made(ALIASES, { name: `alias-${(names += 1)}`, projectId: LOCAL.projectId, targets, ...more });
const fed = async (id: string): Promise<Json> =>
  ((await feed.ask(undefined, never)).snapshot?.aliases ?? []).find((one) => one.id === id);

/** The token of an application with this role in a project. */
async function holder(roleId: number, projectId: string): Promise<string> {
  const app = await made('/api/v1/apps', { name: `holder-${(names += 1)}` });
  const place = { scopeType: 'project', scopeId: projectId };
  await made('/api/v1/authorization/access-rules', {
    ...{ subjectId: app.clientId, subjectType: 'app', roleId, ...place },
  });
  return t.tokenOf(app.clientId, app.clientSecret);
}

describe('a model alias', () => {
  it('is known to gateways with weights, fallbacks and wait, and as soon as they change', async () => {
    const created = await alias({ name: 'gpt', fallbacks: [{ workload: 'spare' }], waitSeconds: 5 });
    const { projectId } = LOCAL;
    expect(created).toMatchObject({ name: 'gpt', projectId, projectName: 'project-1', createdBy: 'first' });
    const project = 'project-1';
    expect(await fed(created.id)).toEqual({
      ...{ id: created.id, name: 'gpt', project, waitMs: 5_000, createdAt: created.createdAt },
      targets: targets.map((one) => ({ ...one, project })),
      fallbacks: [{ workload: 'spare', project }],
    });
    const { version } = await feed.ask(undefined, never);
    const waiting = feed.ask(version, never);
    const change = { targets: [{ workload: 'new', weight: 1 }] };
    expect((await t.call('PUT', `${ALIASES}/${created.id}`, { body: change })).status).toBe(200);
    const changed = (await waiting).snapshot?.aliases?.find(({ id }) => id === created.id);
    expect(changed).toMatchObject({ targets: [{ workload: 'new', weight: 1 }], fallbacks: [] });
    expect(changed?.waitMs).toBeUndefined();
    expect((await t.call('DELETE', `${ALIASES}/${created.id}`)).status).toBe(204);
    expect(await fed(created.id)).toBeUndefined();
    expect((await t.call('GET', `${ALIASES}/${created.id}`)).status).toBe(404);
  });

  it('of all projects names the project of each workload', async () => {
    const both = [LOCAL.projectId, other.id].map((projectId) => ({ projectId, workload: 'chat', weight: 1 }));
    const created = await alias({ name: 'meta/llama', projectId: null, targets: both });
    expect((await fed(created.id)).targets.map(({ project }: Json) => project)).toEqual([
      'project-1',
      'other',
    ]);
    expect(await fed(created.id)).not.toHaveProperty('project');
  });

  it('goes with its project', async () => {
    const { clusterId, departmentId: parentId } = LOCAL;
    const project = await made('/api/v1/org-unit/projects', {
      ...{ name: 'short-lived', clusterId, parentId, resources: [] },
    });
    const created = await alias({ projectId: project.id });
    await t.call('DELETE', `/api/v1/org-unit/projects/${project.id}`);
    expect(await fed(created.id)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['without a name', { name: '' }, 'name'],
    ['with a name that is none', { name: 'a b' }, 'name'],
    ['of a project with a slash', { name: 'a/b' }, 'name'],
    ['of an unknown project', { projectId: '4711' }, 'projectId'],
    ['without workloads', { targets: [] }, 'targets'],
    ['without a weight', { targets: [{ workload: 'a', weight: 0 }] }, 'targets'],
    ['with a workload twice', { targets: [targets[0], targets[0]] }, 'targets'],
    ['with a workload elsewhere', { targets: [{ ...targets[0], projectId: '2' }] }, 'targets[0].projectId'],
    ['of all projects without theirs', { projectId: null }, 'targets[0].projectId'],
  ])('%s is refused', async (_title, more, field) => {
    const body = { name: 'n', projectId: LOCAL.projectId, targets, ...more };
    const { status, text } = await t.call('POST', ALIASES, { body });
    expect([status, text]).toEqual([400, expect.stringContaining(field)]);
  });

  it('has a name that its place has once', async () => {
    const { name } = await alias();
    const body = { name, targets };
    const again = await t.call('POST', ALIASES, { body: { ...body, projectId: LOCAL.projectId } });
    expect(again.status).toBe(409);
    expect((await t.call('POST', ALIASES, { body: { ...body, projectId: other.id } })).status).toBe(201);
  });

  it('is for those who may change the workloads of its project', async () => {
    const created = await alias();
    const path = `${ALIASES}/${created.id}`;
    const engineer = await holder(ENGINEER, LOCAL.projectId);
    const viewer = await holder(VIEWER, LOCAL.projectId);
    const stranger = await holder(ENGINEER, other.id);
    const change = { body: { targets } };
    const status = async (token: string, method: string, at: string, more: object = {}) =>
      (await t.call(method, at, { token, ...more })).status;
    expect(await status(engineer, 'PUT', path, change)).toBe(200);
    expect(await status(viewer, 'GET', path)).toBe(200);
    expect(await status(viewer, 'PUT', path, change)).toBe(403);
    expect(await status(stranger, 'GET', path)).toBe(403);
    expect(await status(stranger, 'DELETE', path)).toBe(403);
    const everywhere = { name: 'everywhere', targets: [{ ...targets[0], projectId: LOCAL.projectId }] };
    expect(await status(engineer, 'POST', ALIASES, { body: everywhere })).toBe(403);
    const { body } = await t.call('GET', `${ALIASES}?search=${created.name}`, { token: stranger });
    expect(body.modelAliases).toEqual([]);
    expect(await status(engineer, 'DELETE', `${ALIASES}/${NOWHERE}`)).toBe(403);
  });
});
