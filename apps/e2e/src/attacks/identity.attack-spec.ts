import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client as Database } from 'pg';
import { eventually, foreignIssuer, type ForeignIssuer } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Answer, type Json } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const LIMIT_MS = 40_000;
const PROJECTS = '/api/v1/org-unit/projects';
const AUDIENCE = 'tessera';
const TOKEN_SECONDS = 600;

/** A token of that issuer for this platform. */
const tokenOf = (issuer: ForeignIssuer, claims: object): string =>
  issuer.token({
    iss: issuer.url,
    aud: AUDIENCE,
    exp: Math.floor(Date.now() / 1000) + TOKEN_SECONDS,
    ...claims,
  });
const DEPARTMENTS = '/api/v1/org-unit/departments';
const RULES = '/api/v1/authorization/access-rules';
const [DEPARTMENT_ADMINISTRATOR, RESEARCHER, VIEWER] = [2, 7, 9];
const WHOLE = { gpuDevicesRequest: 1 };

let platform: Platform;
let client: Client;
let database: Database;
let first: ForeignIssuer;
let second: ForeignIssuer;
let spy: Spy;

/** A scheduler of another cluster, run by somebody who keeps what the API shows it. */
interface Spy {
  readonly clusterId: string;
  readonly server: Server;
  readonly seen: string[];
}

async function listening(clusterId: string): Promise<Spy> {
  const seen: string[] = [];
  const server = createServer(({ headers }, response) => {
    seen.push(headers.authorization ?? '');
    response.end(JSON.stringify({ nodes: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { clusterId, server, seen };
}

beforeAll(async () => {
  [first, second, spy] = await Promise.all([foreignIssuer(), foreignIssuer(), listening(randomUUID())]);
  platform = await Platform.create();
  const { port } = spy.server.address() as AddressInfo;
  await platform.start(['--kafka', 'embedded'], {
    TESSERA_OIDC_ISSUERS: `${first.url},${second.url}`,
    TESSERA_CLUSTER_SCHEDULERS: `${spy.clusterId}=http://127.0.0.1:${port}`,
  });
  client = new Client(() => platform.connection);
  database = new Database({ connectionString: platform.connection.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await platform?.remove();
  first?.close();
  second?.close();
  spy?.server.close();
});

const as = (token: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  client.plain(method, path, body, { authorization: `Bearer ${token}` });
const rule = (subject: object, roleId = VIEWER, scopeType = 'project', scopeId = '1'): Promise<Answer> =>
  client.call('POST', RULES, { subjectType: 'user', roleId, scopeType, scopeId, ...subject });
const rightsOf = async (issuer: ForeignIssuer, claims: object): Promise<number> =>
  (await as(tokenOf(issuer, claims), 'GET', PROJECTS)).status;

/** An application with a role somewhere, and its token. */
async function application(name: string, roleId: number, scopeType: string, scopeId: string) {
  const { body } = await client.call('POST', '/api/v1/apps', { name });
  expect((await rule({ subjectId: body.id, subjectType: 'app' }, roleId, scopeType, scopeId)).status).toBe(
    201,
  );
  return {
    id: body.id as string,
    secret: body.clientSecret as string,
    token: await login(name, body.clientSecret),
  };
}
const login = async (appID: string, appSecret: string): Promise<string> => {
  const { body } = await client.plain('POST', '/api/v1/token', { grantType: 'app_token', appID, appSecret });
  return body.accessToken as string;
};

describe('somebody of a foreign issuer', () => {
  it('does not become an administrator by an email that nobody verified, in whatever case', async () => {
    expect((await rule({ subjectId: 'Boss@Example.com' })).status).toBe(201);
    const boss = { sub: 'nobody', email: 'boss@example.com' };
    for (const verified of [undefined, false, 'true', 1])
      expect(await rightsOf(first, { ...boss, email_verified: verified })).toBe(403);
    // The same rule means who has it verified, however it is written.
    expect(await rightsOf(first, { ...boss, email: 'BOSS@example.com', email_verified: true })).toBe(200);
  });

  it('does not become an application, a user or an email of the platform by its `sub`', async () => {
    const { body: app } = await client.call('POST', '/api/v1/apps', { name: 'deployer' });
    for (const subjectId of [app.id, 'deployer'])
      expect((await rule({ subjectId, subjectType: 'app' })).status).toBe(201);
    for (const sub of [app.id, app.id.toUpperCase(), 'deployer', 'boss@example.com'])
      expect([sub, await rightsOf(first, { sub })]).toEqual([sub, 403]);
  });

  it('does not become a person or member of a group of another issuer by the same name', async () => {
    expect((await rule({ subjectId: 'sam', issuer: first.url })).status).toBe(201);
    expect((await rule({ subjectId: 'staff', subjectType: 'group', issuer: first.url })).status).toBe(201);
    expect(await rightsOf(first, { sub: 'sam' })).toBe(200);
    expect(await rightsOf(second, { sub: 'sam' })).toBe(403);
    expect(await rightsOf(first, { sub: 'x', groups: ['staff'] })).toBe(200);
    expect(await rightsOf(second, { sub: 'x', groups: ['staff'] })).toBe(403);
  });

  it('does not wait for a rule that leaves open whom it means', async () => {
    for (const subjectType of ['user', 'group', 'service-account']) {
      const { status, body } = await rule({ subjectId: 'anybody', subjectType });
      expect([status, body.details]).toEqual([400, expect.stringContaining('issuer: several issuers')]);
    }
  });

  it('does not read the answer that an idempotency key of a namesake stands for', async () => {
    const asked: Answer[] = [];
    for (const issuer of [first, second]) {
      expect((await rule({ subjectId: 'twin', issuer: issuer.url }, RESEARCHER)).status).toBe(201);
      const authorization = `Bearer ${tokenOf(issuer, { sub: 'twin' })}`;
      const headers = { authorization, 'idempotency-key': 'one' };
      const body = workload(`twin-${asked.length}`, { cpuCoreRequest: 0.1 });
      asked.push(await client.plain('POST', INFERENCES, body, headers));
    }
    expect(asked.map(({ status, body }) => [status, body.name])).toEqual([
      [200, 'twin-0'],
      [200, 'twin-1'],
    ]);
    for (const { body } of asked) expect(await client.remove(body.workloadId)).toBe(204);
  });
});

describe('somebody with an account', () => {
  it('does not get a second one under their email in another case', async () => {
    expect((await client.call('POST', '/api/v1/users', { email: 'Ada@Example.com' })).status).toBe(201);
    for (const email of ['ada@example.com', 'ADA@EXAMPLE.COM'])
      expect((await client.call('POST', '/api/v1/users', { email })).status).toBe(409);
  });

  it('does not keep what they may do by a token of a secret that was replaced, or of a deleted application', async () => {
    const [replaced, deleted] = [
      await application('leaked', VIEWER, 'project', '1'),
      await application('dismissed', VIEWER, 'project', '1'),
    ];
    for (const { token } of [replaced, deleted]) expect((await as(token, 'GET', PROJECTS)).status).toBe(200);
    const { body } = await client.call('POST', `/api/v1/apps/${replaced.id}/secret`);
    expect((await client.call('DELETE', `/api/v1/apps/${deleted.id}`)).status).toBe(204);
    for (const { token } of [replaced, deleted]) expect((await as(token, 'GET', PROJECTS)).status).toBe(401);
    expect((await as(await login('leaked', body.clientSecret), 'GET', PROJECTS)).status).toBe(200);
  });

  it('does not raise or lift the quota of their own department or project', async () => {
    const boss = await application('boss-of-two', DEPARTMENT_ADMINISTRATOR, 'department', '2');
    const lead = await application('lead-of-one', DEPARTMENT_ADMINISTRATOR, 'project', '1');
    for (const [{ token }, path] of [
      [boss, `${DEPARTMENTS}/2`],
      [lead, `${PROJECTS}/1`],
    ] as const) {
      const before = (await client.call('GET', path)).body.resources;
      const refused = await as(token, 'PUT', path, { resources: [...before, { gpu: { deserved: 10_000 } }] });
      expect([refused.status, refused.body.details]).toEqual([403, expect.stringMatching(/^resources: /)]);
      expect((await client.call('GET', path)).body.resources).toEqual(before);
      expect((await as(token, 'PUT', path, { resources: before })).status).toBe(200);
    }
  });
});

describe('who asks why there is no room', () => {
  it('does not learn which workloads of other projects hold it, from what-if, events or status', async () => {
    const pools = { nodePools: ['my-node-pool-b'] };
    const made = await client.call('POST', PROJECTS, {
      ...{ name: 'victim', clusterId: workload('x', WHOLE).clusterId, resources: [] },
      defaultNodePools: pools.nodePools,
    });
    const question = workload('curious', WHOLE, pools);
    const ask = () => client.call('POST', '/api/v1/tessera/placement:simulate', question);
    const victims: string[] = [];
    let answer = await ask();
    while (answer.body.fits === true && victims.length < 64) {
      const victim = { ...workload(`victim-${victims.length}`, WHOLE, pools), projectId: made.body.id };
      victims.push((await client.create(victim)).workloadId);
      await eventually(
        async () => expect(await client.phaseOf(victims.at(-1) ?? '')).toBe('Running'),
        LIMIT_MS,
      );
      answer = await ask();
    }
    expect([answer.status, answer.body.fits, victims.length > 0]).toEqual([200, false, true]);
    const pending = (await client.create(question)).workloadId;
    await eventually(
      async () => expect(JSON.stringify(await client.eventsOf(pending))).toContain('to make room'),
      LIMIT_MS,
    );
    const reported = JSON.stringify([
      answer.body,
      await client.eventsOf(pending),
      (await client.call('GET', `${INFERENCES}/${pending}`)).body,
      (await client.call('GET', `/api/v1/workloads/${pending}/history?limit=500`)).body,
    ]);
    expect(reported).toContain('end a workload of another project');
    for (const id of victims) expect(reported).not.toContain(id);
    for (const id of [...victims, pending]) expect(await client.remove(id)).toBe(204);
  });
});

describe('who runs, or listens before, the scheduler of one cluster', () => {
  it('has a token of the API that no other service takes, and for no more than a minute', async () => {
    await database.query(
      `insert into api.clusters (id, tenant_id, name) select $1, tenant_id, 'spied' from api.clusters limit 1`,
      [spy.clusterId],
    );
    await client.call('GET', `/api/v1/clusters/${spy.clusterId}/nodes`);
    const authorization = spy.seen.find((header) => header.startsWith('Bearer ')) ?? '';
    const claims = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()) as Json;
    expect(claims.aud).toBe(`tessera-scheduler:${spy.clusterId}`);
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(60);
    const { clusterId } = workload('x', WHOLE);
    const { scheduler, metrics, api } = platform.connection;
    const range = 'metricType=LATENCY&start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z';
    for (const address of [
      `${scheduler}/internal/v1/clusters/${clusterId}/nodes`,
      `${scheduler}/internal/v1/clusters/${clusterId}/namespaces/runai-project-1/pods/x/log`,
      `${metrics}/internal/v1/namespaces/runai-project-1/workloads/${randomUUID()}/metrics?${range}`,
      `${api}${PROJECTS}`,
    ])
      expect([address, (await fetch(address, { headers: { authorization } })).status]).toEqual([
        address,
        401,
      ]);
  });
});

/** The API as the platform runs it, with some settings changed; it is to refuse to start. */
function refusalOf(change: Readonly<Record<string, string>>): string {
  const entries = readFileSync(`/proc/${platform.pidOf('api')}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean);
  const env = Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  const { status, stderr } = spawnSync(process.execPath, ['dist/apps/api/main.js'], {
    env: { ...env, TESSERA_API_PORT: '1', ...change },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(status).toBe(1);
  return stderr;
}

describe('who reads the database', () => {
  it('does not get the keys that sign tokens, nor does an API without the key that they are encrypted with', async () => {
    const { rows } = await database.query<Json>('select * from api.signing_keys');
    expect(rows.length).toBeGreaterThan(0);
    for (const { private_jwk: plain, sealed } of rows) {
      expect(plain).toBeNull();
      expect((sealed as Buffer).includes('"d"')).toBe(false);
    }
    const other = randomBytes(32).toString('base64');
    const refusal = refusalOf({ TESSERA_KEY_ENCRYPTION_KEY: other });
    expect(refusal).toMatch(
      /^the signing key \S+ is encrypted with the key \w+, and TESSERA_KEY_ENCRYPTION_KEY holds/,
    );
    expect(refusal).not.toContain(other);
  });
});

describe('who listens on the network', () => {
  it('gets no tokens over plain http: the API does not start with such an address', () => {
    const refusal = refusalOf({ TESSERA_SCHEDULER_URL: 'http://10.255.255.1:8083' });
    expect(refusal).toContain(
      'TESSERA_SCHEDULER_URL: tokens would be sent over plain http to 10.255.255.1:8083',
    );
  });
});

describe('who reads the logs', () => {
  const PLANTED = 'planted-in-a-variable-5d1c';

  it('finds no secret, token, variable or parameter there, also where statements fail', async () => {
    const { token, secret } = await application('talkative', VIEWER, 'project', '1');
    const secrets = [PLANTED, secret, token, platform.connection.application.secret];
    for (const table of ['subjects', 'workloads']) {
      await database.query(`create or replace function api.fail() returns trigger language plpgsql as
        $$ begin raise exception 'refused for the test' using errcode = '54000'; end $$`);
      await database.query(
        `create trigger fails before insert on api.${table} for each row execute function api.fail()`,
      );
    }
    try {
      const spec = { environmentVariables: [{ name: 'X', value: PLANTED }] };
      const refused = [
        await client.call('POST', INFERENCES, workload('talks', { cpuCoreRequest: 0.1 }, spec)),
        await client.call('POST', '/api/v1/apps', { name: 'never-made' }),
      ];
      expect(refused.map(({ status }) => status)).toEqual([500, 500]);
    } finally {
      for (const table of ['subjects', 'workloads'])
        await database.query(`drop trigger fails on api.${table}`);
      await database.query('drop function api.fail');
    }
    const { body } = await client.call('POST', '/api/v1/apps', { name: 'made' });
    const id = (
      await client.create(
        workload('talks', { cpuCoreRequest: 0.1 }, { environmentVariables: [{ name: 'X', value: PLANTED }] }),
      )
    ).workloadId;
    expect(await client.remove(id)).toBe(204);
    const hashes = (await database.query<Json>('select secret_hash from api.subjects')).rows;
    secrets.push(body.clientSecret, ...hashes.map((row: Json) => row.secret_hash));

    const folder = join(platform.home, 'logs');
    const files = readdirSync(folder).filter((file) => statSync(join(folder, file)).isFile());
    const logs = files.map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
    // The failures were logged, so that this can fail.
    expect(logs.find(([file]) => file === 'api.log')?.[1]).toContain('refused for the test');
    for (const [file, text] of logs)
      for (const planted of [...secrets, 'scrypt$'])
        expect([file, planted, text.includes(planted)]).toEqual([file, planted, false]);
  });
});
