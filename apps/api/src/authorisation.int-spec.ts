import { ROLES, type Role } from '@tessera/application-control-plane';
import {
  ROUTES,
  type CredentialKind,
  type OperationId,
  type Permission,
  type Route,
} from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { bodyAt, requestOf, VIEWER } from './testing/route-requests';
import {
  accessRule,
  branch,
  credential,
  dataVolume,
  roleHolders,
  NOWHERE,
  type Branch,
  type Holder,
  modelAlias,
} from './testing/two-org-units';

/** One route makes hundreds of calls, which takes seconds on a busy machine. */
jest.setTimeout(60_000);

type Right = Extract<Permission, { kind: 'right' }>;
type Where = 'own' | 'foreign' | 'nowhere';
type Outcome = 'passes' | 'refused';

const operations = Object.keys(ROUTES) as OperationId[];
const routeOf = (operation: OperationId): Route => ROUTES[operation];
const REFUSED = { code: 403, message: 'You do not have sufficient permissions.' };

let t: ApiUnderTest;
let places: Record<Where, Branch>;
let everybody: readonly Holder[];

beforeAll(async () => {
  t = await apiUnderTest();
  places = { own: await branch(t, 'own'), foreign: await branch(t, 'foreign'), nowhere: NOWHERE };
  everybody = await roleHolders(t, places.own);
}, 120_000);
afterAll(() => t.close());

async function ask(operation: OperationId, at: Branch, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await t.api.app.inject({ ...requestOf(routeOf(operation), at), headers });
  const isText = String(answer.headers['content-type']).startsWith('text/');
  return { status: answer.statusCode, text: answer.body, isText };
}

/** Scopes of a grant and locations of resources, from wide to narrow. */
const LEVELS = ['tenant', 'cluster', 'department', 'project'] as const;
type Level = (typeof LEVELS)[number];
const LEVEL_OF: Readonly<Record<Exclude<Right['scope'], 'visible'>, Level>> = {
  tenant: 'tenant',
  cluster: 'cluster',
  'whole-cluster': 'cluster',
  'whole-department': 'department',
  department: 'department',
  project: 'project',
  workload: 'project',
  revision: 'project',
  'body-project': 'project',
  'body-meta-project': 'project',
  'query-project': 'project',
};
/** Where the permission must hold on routes that check it themselves. */
const LOOKS_ITSELF: Readonly<Record<string, Level>> = {
  create_project: 'department',
  create_access_rule: 'project',
  get_access_rule: 'project',
  delete_access_rule: 'project',
  get_datavolume: 'project',
  delete_datavolume: 'project',
  get_access_key_by_id: 'project',
  delete_access_key: 'project',
  get_password_by_id: 'project',
  delete_password: 'project',
  get_docker_registry_by_id: 'project',
  delete_docker_registry: 'project',
  get_generic_secret_by_id: 'project',
  delete_generic_secret: 'project',
  create_serving_key: 'project',
  get_serving_key: 'project',
  change_serving_key: 'project',
  rotate_serving_key: 'project',
  revoke_serving_key: 'project',
  create_model_alias: 'project',
  get_model_alias: 'project',
  change_model_alias: 'project',
  delete_model_alias: 'project',
};

const holds = (role: Role, resource: string, action: string): boolean =>
  Object.entries(role.rights).some(
    ([name, actions]) => name === resource && actions.includes(action as never),
  );

/** A caller cannot grant permissions that it does not have. */
const mayGiveViewer = (role: Role): boolean =>
  Object.entries(ROLES.find(({ id }) => id === VIEWER)?.rights ?? {}).every(([resource, actions]) =>
    actions.every((action) => holds(role, resource, action)),
  );

/** The outcome that the role table and the route's permission imply, computed without the code under test. */
function promised(operation: OperationId, { role, scopeType }: Holder, where: Where): Outcome {
  const { permission, method } = routeOf(operation);
  if (permission.kind !== 'right') return 'passes';
  const { resource, action, scope } = permission;
  if (!holds(role, resource, action)) return 'refused';
  if (operation === 'create_access_rule' && !mayGiveViewer(role))
    return scopeType === 'tenant' && where === 'nowhere' ? 'passes' : 'refused';
  if (scopeType === 'tenant') return 'passes';
  if (scope === 'visible' && LOOKS_ITSELF[operation] === undefined)
    return method === 'GET' ? 'passes' : 'refused';
  const level = scope === 'visible' ? (LOOKS_ITSELF[operation] ?? 'tenant') : LEVEL_OF[scope];
  if (level === 'tenant' || where !== 'own') return 'refused';
  const covered = LEVELS.indexOf(scopeType as Level) <= LEVELS.indexOf(level);
  // Callers with a permission below a department or cluster may read it.
  return covered || (action === 'read' && (scope === 'department' || scope === 'cluster'))
    ? 'passes'
    : 'refused';
}

let again = 0;
/** Recreates what a call deleted, for the calls that follow. */
async function another(operation: OperationId, where: Where): Promise<void> {
  const at = places[where];
  const name = `${where}-again-${(again += 1)}`;
  const secret = (kind: CredentialKind) => credential(t, kind, name, at.projectId);
  const made: Readonly<Partial<Record<OperationId, () => Promise<Partial<Branch>>>>> = {
    delete_access_rule: async () => ({
      accessRuleId: await accessRule(t, { id: name, kind: 'user' }, VIEWER, 'project', at.projectId),
    }),
    delete_datavolume: async () => ({ datavolumeId: await dataVolume(t, name, at.projectId) }),
    delete_access_key: async () => ({ accessKeyId: await secret('access-key') }),
    delete_password: async () => ({ passwordId: await secret('password') }),
    delete_docker_registry: async () => ({ dockerRegistryId: await secret('docker-registry') }),
    delete_model_alias: async () => ({ aliasId: await modelAlias(t, name, at.projectId) }),
    delete_generic_secret: async () => ({ genericSecretId: await secret('generic-secret') }),
  };
  places[where] = { ...at, ...(await made[operation]?.()) };
}

const isRefusal = (status: number): boolean => status === 401 || status === 403;

describe('the authorisation matrix', () => {
  it.each(operations)('%s: every role in every scope, own, foreign and nowhere', async (operation) => {
    for (const holder of everybody)
      for (const where of ['own', 'foreign', 'nowhere'] as const) {
        const { status, text, isText } = await ask(operation, places[where], `Bearer ${holder.token}`);
        const who = [holder.role.name, holder.scopeType, where].join(' / ');
        const want = promised(operation, holder, where);
        if (want === 'refused') expect([who, status, JSON.parse(text)]).toEqual([who, 403, REFUSED]);
        else expect([who, status, isRefusal(status)]).toEqual([who, status, false]);
        expect([who, status]).not.toEqual([who, 500]);
        // Clients expect JSON in every response but 204 and a stream.
        if (status === 204) expect(text).toBe('');
        else if (isText) expect(routeOf(operation).answers[200]?.mediaType).toMatch(/^text\//);
        else expect(() => JSON.parse(text) as unknown).not.toThrow();
        if (status === 204) await another(operation, where);
      }
  });

  it('has a subject for every role, and roles that differ', () => {
    expect(everybody).toHaveLength(ROLES.length * LEVELS.length);
    const outcomes = new Set(
      everybody.flatMap((holder) => operations.map((operation) => promised(operation, holder, 'own'))),
    );
    expect([...outcomes].sort()).toEqual(['passes', 'refused']);
  });
});

describe('without a valid token', () => {
  it.each(operations)('%s answers 401 unless it is public', async (operation) => {
    const isPublic = routeOf(operation).permission.kind === 'public';
    for (const authorization of [undefined, 'Bearer x.y.z', 'Basic Zmlyc3Q6Zmlyc3Qtc2VjcmV0']) {
      const { status, text } = await ask(operation, places.own, authorization);
      if (isPublic) expect(status).not.toBe(401);
      else expect([status, Object.keys(JSON.parse(text))]).toEqual([401, ['code', 'message']]);
    }
  });
});

/** What a list of a foreign scope would show. */
const marksOf = (label: string, { clusterId, workloadId, revisionId, podId }: Branch): RegExp =>
  new RegExp([`${label}-`, `${label}@`, clusterId, workloadId, revisionId, podId].join('|'));
/** Read routes that return whatever the caller may see. */
const lists = operations.filter((operation) => {
  const { permission, method, path } = routeOf(operation);
  return (
    method === 'GET' && permission.kind === 'right' && permission.scope === 'visible' && !path.includes('{')
  );
});

describe('lists', () => {
  // The routes above have deleted them.
  beforeAll(async () => {
    const path = `/api/v1/tessera/serving-limits/projects/${places.foreign.projectId}`;
    expect((await t.call('PUT', path, { body: { limits: { requestsPerMinute: 100 } } })).status).toBe(200);
  });

  it.each(lists)('%s returns nothing of a foreign scope', async (operation) => {
    const { resource, action } = routeOf(operation).permission as Right;
    for (const { role, scopeType, token } of everybody) {
      if (scopeType === 'tenant' || !holds(role, resource, action)) continue;
      const { status, text } = await ask(operation, places.own, `Bearer ${token}`);
      expect([role.name, scopeType, status]).toEqual([role.name, scopeType, 200]);
      expect(text).not.toMatch(marksOf('foreign', places.foreign));
    }
  });

  it('shows the foreign scope to a tenant-wide caller, so that its absence is significant', async () => {
    const shown = [];
    for (const operation of lists) {
      const { text } = await t.call('GET', requestOf(routeOf(operation), places.own).url);
      if (marksOf('foreign', places.foreign).test(text)) shown.push(operation);
    }
    // No scheduler reports nodes here: telemetry.int-spec.ts has them.
    const COUNTS = ['count_workloads', 'count_projects', 'get_node_telemetry'];
    expect(shown).toEqual(lists.filter((operation) => !COUNTS.includes(operation)));
  });

  it('counts only what the caller may see', async () => {
    for (const path of ['/api/v1/workloads', '/api/v1/org-unit/projects'])
      for (const { scopeType, token } of everybody.filter(({ role }) => role.id === VIEWER)) {
        const { body: page } = await t.call('GET', `${path}?limit=500`, { token });
        const items: Json[] = (Object.values(page) as Json[]).find(Array.isArray) ?? [];
        const { body } = await t.call('GET', `${path}/count`, { token });
        expect([path, scopeType, body.count]).toEqual([path, scopeType, items.length]);
        expect(items.length).toBeGreaterThan(0);
      }
  });
});

describe('the project that a query names', () => {
  it('is the one that is authorised, also when it is named twice', async () => {
    const holder = everybody.find(({ role, scopeType }) => role.name === 'Editor' && scopeType === 'project');
    const { own, foreign } = places;
    const path = `/api/v2/policy/inferences?projectId=${own.projectId}&projectId=${foreign.projectId}`;
    for (const method of ['GET', 'DELETE'])
      expect((await t.call(method, path, { token: holder?.token ?? null })).status).toBe(403);
  });
});

describe('the audit log', () => {
  // Refusals that earlier tests only counted would be written at some moment of these.
  beforeEach(() => t.api.audit.flush());

  it('has a row for every change and every rejected change: subject, operation, address, status', async () => {
    const changes = operations.filter((operation) => {
      const { method, permission } = routeOf(operation);
      return method !== 'GET' && permission.kind !== 'public';
    });
    for (const operation of changes)
      for (const { name, token } of everybody.filter(({ scopeType }) => scopeType === 'project')) {
        // So many refusals of one caller within a minute would only be counted.
        t.clock.advance(1_000);
        const before = await lastAudit();
        const { status } = await ask(operation, places.own, `Bearer ${token}`);
        const rows: Json[] = await t.dataSource.query(
          'select subject_name, operation, address, status from api.audit_log where seq > $1',
          [before],
        );
        expect(rows).toEqual([{ subject_name: name, operation, address: '127.0.0.1', status }]);
        if (status === 204) await another(operation, 'own');
      }
  });

  it('names the created resource, and the caller of a repeated request', async () => {
    const asked: [string, string, Json, (body: Json) => string][] = [
      ['create_application', '/api/v1/apps', { name: 'audited' }, ({ id }) => id],
      ['create_cluster', '/api/v1/clusters', { name: 'audited' }, ({ uuid }) => uuid],
    ];
    for (const [operation, path, body, idOf] of asked) {
      const before = await lastAudit();
      const answer = await t.call('POST', path, { body });
      expect(await auditedSince(before)).toEqual([{ operation, target: idOf(answer.body), status: 201 }]);
    }
    const { name, projectId, clusterId, spec } = bodyAt(places.own);
    const again = { body: { name, projectId, clusterId, spec }, headers: { 'idempotency-key': 'audited' } };
    const before = await lastAudit();
    const { body: first } = await t.call('POST', '/api/v1/workloads/inferences', again);
    expect((await t.call('POST', '/api/v1/workloads/inferences', again)).body).toEqual(first);
    const row = { operation: 'create_inference1', target: first.workloadId, status: 200 };
    expect(await auditedSince(before)).toEqual([row, row]);
  });

  const auditedSince = (seq: string): Promise<Json[]> =>
    t.dataSource.query('select operation, target, status from api.audit_log where seq > $1 order by seq', [
      seq,
    ]);

  it('counts changes requested without a valid token in one row without a subject', async () => {
    await t.api.audit.flush();
    const before = await lastAudit();
    for (let turn = 0; turn < 3; turn += 1) await ask('delete_inference', places.own);
    const rows = (): Promise<Json[]> =>
      t.dataSource.query(
        'select subject_id, address, operation, target, status, count from api.audit_log where seq > $1',
        [before],
      );
    expect(await rows()).toEqual([]);
    await t.api.audit.flush();
    const target = places.own.workloadId;
    const row = { subject_id: '', address: '127.0.0.1', operation: 'delete_inference', target, status: 401 };
    expect(await rows()).toEqual([{ ...row, count: 3 }]);
  });

  const lastAudit = async (): Promise<string> =>
    ((await t.dataSource.query('select coalesce(max(seq), 0) as seq from api.audit_log')) as Json[])[0].seq;
});
