import { eventually } from '@tessera/testing-services';
import { Client, workload, type Json } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const SMALL = { cpuCoreRequest: 0.1 };
const LIMIT_MS = 30_000;
/** Within this time gateways receive what the API has answered, ms. */
const FEED_MS = 2_000;
const KEYS = '/api/v1/tessera/serving-keys';
const AUTHENTICATED = { servingPort: { container: 8000, authorizationType: 'authenticatedUsers' } };

let platform: Platform;
let client: Client;
let other: string;
let mine: Json;

beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded']);
  client = new Client(() => platform.connection);
  const { clusterId } = workload('any', SMALL);
  other = String((await made('/api/v1/org-unit/projects', { name: 'other', clusterId, resources: [] })).id);
  mine = await client.create(workload('mine', SMALL, AUTHENTICATED));
  await client.create({ ...workload('theirs', SMALL, AUTHENTICATED), projectId: other });
  const bearer = { authorization: `Bearer ${await client.newToken()}` };
  for (const path of ['/project-1/mine', '/other/theirs'])
    await eventually(async () => expect((await ask(path, bearer)).status).toBe(200), LIMIT_MS);
});
afterAll(() => platform.remove());

const made = async (path: string, body: object): Promise<Json> => {
  const answer = await client.call('POST', path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const ask = async (path: string, headers: Readonly<Record<string, string>>) => {
  const answer = await fetch(`${platform.connection.gateway}${path}/v1/models`, { headers });
  const rest = [...answer.headers].filter(([name]) => name !== 'date');
  return { status: answer.status, headers: rest, body: await answer.text() };
};
const statusOf = async (secret: string, path = '/project-1/mine'): Promise<number> =>
  (await ask(path, { authorization: `Bearer ${secret}` })).status;
/** The gateway answers so within the guaranteed time of the change, which was just answered. */
const becomes = (status: number, secret: string, path?: string): Promise<void> =>
  eventually(async () => expect(await statusOf(secret, path)).toBe(status), FEED_MS);
const key = (more: object = {}): Promise<Json> => made(KEYS, { name: 'robot', projectIds: ['1'], ...more });

describe('somebody with a serving key', () => {
  it('is known two seconds after it was made, and locked out two seconds after it was revoked', async () => {
    const { id, key: secret } = await key();
    await becomes(200, secret);
    const headers = { 'x-api-key': secret };
    expect((await ask('/project-1/mine', headers)).status).toBe(200);
    expect((await client.call('DELETE', `${KEYS}/${id}`)).status).toBe(204);
    await becomes(401, secret);
    expect((await ask('/project-1/mine', headers)).status).toBe(401);
  });

  it('opens no workload of another project, and does not learn which there are', async () => {
    const { key: secret } = await key();
    await becomes(200, secret);
    const bearer = { authorization: `Bearer ${secret}` };
    const unknown = await ask('/other/nothing', bearer);
    expect(unknown.status).toBe(404);
    expect(await ask('/other/theirs', bearer)).toEqual(unknown);
    expect(await ask('/project-1/nothing', bearer)).toEqual(unknown);
  });

  it('opens no other workload than the one that the key is for', async () => {
    await client.create(workload('second', SMALL, AUTHENTICATED));
    const { key: secret } = await key({ projectIds: [], workloadIds: [mine.workloadId] });
    await becomes(200, secret);
    expect(await statusOf(secret, '/project-1/second')).toBe(404);
  });

  it('opens nothing after the end of the key', async () => {
    const expiresAt = new Date(Date.now() + 3_000).toISOString();
    const { key: secret } = await key({ expiresAt });
    await becomes(200, secret);
    await eventually(async () => expect(await statusOf(secret)).toBe(401), 6_000);
  });

  it('does not keep the secret that was rotated, but for the overlap that was asked for', async () => {
    const { id, key: first } = await key();
    await becomes(200, first);
    const { key: second } = await made(`${KEYS}/${id}/secret`, { overlapSeconds: 600 });
    await becomes(200, second);
    expect(await statusOf(first)).toBe(200);
    const { key: third } = await made(`${KEYS}/${id}/secret`, {});
    await becomes(200, third);
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 401]);
  });

  it('opens nothing with the key of a project that was deleted', async () => {
    const { clusterId } = workload('any', SMALL);
    const project = { name: 'short-lived', clusterId, resources: [] };
    const { id } = await made('/api/v1/org-unit/projects', project);
    const { key: secret } = await key({ projectIds: [id] });
    await becomes(404, secret);
    expect((await client.call('DELETE', `/api/v1/org-unit/projects/${id}`)).status).toBe(204);
    await becomes(401, secret);
  });

  it('cannot use it at the API', async () => {
    const { key: secret } = await key();
    const answer = await client.plain('GET', KEYS, undefined, { authorization: `Bearer ${secret}` });
    expect(answer.status).toBe(401);
  });
});

describe('somebody who guesses keys', () => {
  it('learns nothing from how a guess is refused, however near it is', async () => {
    const { key: secret } = await key();
    await becomes(200, secret);
    const last = secret.at(-1) === 'A' ? 'B' : 'A';
    const guesses = [`${secret.slice(0, -1)}${last}`, `${secret}A`, secret.slice(0, -1), secret.slice(0, 8)];
    const refused = await ask('/project-1/mine', {});
    for (const guess of [...guesses, secret.toUpperCase(), 'tsk-', `tsk-${'A'.repeat(43)}`])
      expect(await ask('/project-1/mine', { authorization: `Bearer ${guess}` })).toEqual(refused);
    expect(refused.status).toBe(401);
  });
});

describe('somebody between gateway and API', () => {
  it('gets no answer of the feed without the key of gateways', async () => {
    const { clusterId } = workload('any', SMALL);
    const path = `/internal/v1/clusters/${clusterId}/gateway-feed?nonce=${'n'.repeat(20)}`;
    const bearer = { authorization: `Bearer ${await client.newToken()}` };
    for (const headers of [{}, bearer, { 'x-tessera-signature': '00'.repeat(32) }])
      expect((await client.plain('GET', path, undefined, headers)).status).toBe(401);
  });
});

describe('an application', () => {
  it('is locked out of workloads two seconds after its secret was replaced, and after it was deleted', async () => {
    const app = await made('/api/v1/apps', { name: 'caller' });
    const tokenBy = async (secret: string): Promise<string> => {
      const body = { grantType: 'app_token', AppId: app.clientId, AppSecret: secret };
      return (await client.plain('POST', '/api/v1/token', body)).body.accessToken;
    };
    const first = await tokenBy(app.clientSecret);
    await becomes(200, first);
    const { clientSecret } = await made(`/api/v1/apps/${app.id}/secret`, {});
    await becomes(401, first);
    const second = await tokenBy(clientSecret);
    await becomes(200, second);
    expect((await client.call('DELETE', `/api/v1/apps/${app.id}`)).status).toBe(204);
    await becomes(401, second);
  });
});

describe('while the API is away', () => {
  it('keys and tokens go on working, and nobody else gets in', async () => {
    const { key: secret } = await key();
    const token = await client.newToken();
    await becomes(200, secret);
    expect(await statusOf(token)).toBe(200);
    const pid = platform.pidOf('api');
    // Stopped, not ended: the platform would start it again at once.
    process.kill(pid, 'SIGSTOP');
    try {
      for (let turn = 0; turn < 20; turn += 1) {
        expect([await statusOf(secret), await statusOf(token)]).toEqual([200, 200]);
        expect(await statusOf('tsk-guessed')).toBe(401);
      }
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const later = await key();
    await eventually(async () => expect(await statusOf(later.key)).toBe(200), LIMIT_MS);
  });

  it('also when it was killed and is started again', async () => {
    const { id, key: secret } = await key();
    await becomes(200, secret);
    process.kill(platform.pidOf('api'), 'SIGKILL');
    await eventually(async () => {
      expect(await statusOf(secret)).toBe(200);
      expect(platform.restartsOf('api')).toBe(1);
    }, LIMIT_MS);
    expect((await client.call('DELETE', `${KEYS}/${id}`)).status).toBe(204);
    await eventually(async () => expect(await statusOf(secret)).toBe(401), LIMIT_MS);
  });
});
