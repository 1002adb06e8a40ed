import { connect } from 'node:net';
import { apiRules, pruneExpired } from '@tessera/adapter-postgres';
import { createInference, ANSWER_TTL_MS } from '@tessera/application-control-plane';
import { maybe } from '@tessera/kernel';
import { apiUnderTest, type ApiUnderTest } from './testing/api-under-test';
import { smallRequest } from './testing/samples';
import { accessRule } from './testing/two-org-units';

const INFERENCES = '/api/v1/workloads/inferences';
const ML_ENGINEER = 8;

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

/** The raw response to bytes that no client library would send. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(t.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (part: Buffer) => (answer += part.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('bytes that are not an HTTP request', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'The request is not HTTP.'],
    ['a request line without an address', 'GET\r\n\r\n', 400, 'The request is not HTTP.'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'The headers of the request are too large.',
    ],
  ])('%s is answered in the error body', async (_what, text, status, message) => {
    const answer = await raw(text);
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({ code: status, message });
  });
});

describe('text with NUL, which Postgres cannot store', () => {
  it.each([
    '/api/v1/workloads?search=%00',
    '/api/v1/workloads/count?filterBy=name==a%00b',
    '/api/v1/workloads?search=a&search=%00',
    '/api/v1/workloads/telemetry?telemetryType=WORKLOADS_COUNT&nodepoolName=%00',
    '/api/v1/org-unit/projects?filterBy=name=@%00',
    '/api/v1/authorization/access-rules?subjectIdFilter=%00',
    '/api/v2/policy/inferences?projectId=1%00',
  ])('in the query %s is 400', async (path) => {
    const answer = await t.call('GET', path);
    expect([answer.status, answer.body.message]).toEqual([400, 'must be Unicode text without NUL']);
  });

  it('in a path is 404, and the audit log has the rejected call', async () => {
    expect((await t.call('GET', '/api/v1/org-unit/departments/%00')).status).toBe(404);
    expect((await t.call('DELETE', '/api/v1/org-unit/projects/a%00b')).status).toBe(404);
    const rows: unknown[] = await t.dataSource.query(
      `select operation, target, status from api.audit_log where operation = 'delete_project'`,
    );
    expect(rows).toEqual([{ operation: 'delete_project', target: 'ab', status: 404 }]);
  });

  it('in a form or in Basic credentials is a client error', async () => {
    const form = (body: string, headers: Record<string, string> = {}) =>
      t.call('POST', '/api/v2/token', {
        ...{ token: null, body },
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      });
    const inForm = await form('grant_type=client_credentials&client_id=%00&client_secret=x');
    expect([inForm.status, inForm.body.error]).toEqual([400, 'invalid_request']);
    const basic = `Basic ${Buffer.from('\0:x').toString('base64')}`;
    expect((await form('grant_type=client_credentials', { authorization: basic })).status).toBe(400);
  });
});

describe('property names that change the prototype of an object', () => {
  it.each(['{"__proto__":{"name":"x"}}', '{"spec":{"compute":{"__proto__":{"gpuDevicesRequest":1}}}}'])(
    '%s is refused',
    async (body) => {
      const answer = await t.call('POST', INFERENCES, { body });
      expect([answer.status, answer.body.message]).toEqual([400, 'is a reserved name']);
    },
  );
});

describe('quota', () => {
  it('is limited to what fits in thousandths', async () => {
    const body = { resources: [{ gpu: { deserved: 2 ** 53 } }] };
    const answer = await t.call('PUT', '/api/v1/org-unit/projects/1', { body });
    expect([answer.status, answer.body.details]).toEqual([
      400,
      'resources[0].gpu.deserved: must be at most 1000000',
    ]);
  });
});

/** Makes every write to the audit log fail with this SQLSTATE. */
const failing = async <T>(sqlState: string, work: () => Promise<T>): Promise<T> => {
  await t.dataSource.query(`create function api.fail() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '${sqlState}', message = 'secret detail'; end $$`);
  await t.dataSource.query(
    'create trigger fails before insert on api.audit_log for each row execute function api.fail()',
  );
  try {
    return await work();
  } finally {
    await t.dataSource.query('drop function api.fail cascade');
  }
};

describe('when the database fails in the middle of a create', () => {
  it('returns 503 on every retry, leaves nothing behind, and creates once after recovery', async () => {
    const create = () => t.call('POST', INFERENCES, { body: smallRequest('retried') });
    const tries = await failing('57P03', async () => [
      await create(),
      await create(),
      await create(),
      await create(),
    ]);
    expect(tries.map(({ status, body }) => [status, body.message])).toEqual(
      Array.from({ length: 4 }, () => [503, 'Please try again in few minutes.']),
    );
    expect((await t.call('GET', '/api/v1/workloads/count')).body).toEqual({ count: 0 });
    expect(await t.dataSource.query('select 1 from api.outbox')).toEqual([]);
    expect([(await create()).status, (await create()).status]).toEqual([200, 409]);
  });

  it.each([
    ['a deadlock', '40P01'],
    ['a serialisation failure', '40001'],
    ['a read-only server', '25006'],
    ['a statement timeout', '57014'],
    ['a lock timeout', '55P03'],
    ['too many connections', '53300'],
  ])('is 503 with Retry-After for %s', async (_case, sqlState) => {
    const answer = await failing(sqlState, () =>
      t.call('POST', INFERENCES, { body: smallRequest(`failed-${sqlState.toLowerCase()}`) }),
    );
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('reveals no detail of an unexpected error', async () => {
    const answer = await failing('22000', () => t.call('POST', INFERENCES, { body: smallRequest('broken') }));
    expect([answer.status, answer.body]).toEqual([500, { code: 500, message: 'Something went wrong.' }]);
  });
});

describe('when a create has taken too long', () => {
  it('writes nothing afterwards, with an idempotency key or without', async () => {
    const caller = { name: 'late', subjectId: 'late', address: '', requestId: '' };
    const call = { caller, operation: 'create_inference1', status: 200 };
    const idempotency = { key: 'late', bodyHash: '', answerOf: () => ({}) };
    const signal = AbortSignal.abort(new Error('too late'));
    const { projectId, clusterId, spec } = smallRequest('late');
    for (const kept of [{}, { idempotency }]) {
      const request = { name: 'late', asPrefix: false, projectId, clusterId, spec, signal, ...kept };
      await expect(createInference(t.api.controlPlane, request, call)).rejects.toThrow('too late');
    }
    expect(await t.dataSource.query(`select 1 from api.workloads where name = 'late'`)).toEqual([]);
    expect((await t.call('POST', INFERENCES, { body: smallRequest('late') })).status).toBe(200);
  });
});

describe('responses stored for idempotency keys', () => {
  it('are stored per subject, and removed after a day', async () => {
    const create = (name: string, token?: string) =>
      t.call('POST', INFERENCES, {
        body: smallRequest(name),
        headers: { 'idempotency-key': 'a favourite' },
        ...maybe('token', token),
      });
    const { body: app } = await t.call('POST', '/api/v1/apps', { body: { name: 'second' } });
    await accessRule(t, { id: app.id, kind: 'app' }, ML_ENGINEER, 'project', '1');
    const second = await t.tokenOf('second', app.clientSecret);
    expect((await create('kept-one')).status).toBe(200);
    expect((await create('kept-two', second)).status).toBe(200);
    expect((await create('kept-three')).status).toBe(422);
    const kept = async (): Promise<number> => {
      const [{ count }] = await t.dataSource.query('select count(*)::int from api.idempotency_keys');
      return count;
    };
    expect(await kept()).toBe(2);
    await t.dataSource.query(
      `update api.idempotency_keys set created_at = now() - interval '25 hours' where subject_id <> $1`,
      [app.id],
    );
    await t.dataSource.query('update api.idempotency_keys set created_at = now() where subject_id = $1', [
      app.id,
    ]);
    const forEver = { auditDays: 0, historyDays: 0, outboxDays: 0, inboxDays: 0, usageDays: 0 };
    await pruneExpired(t.dataSource, apiRules({ ...forEver, answersMs: ANSWER_TTL_MS }), { now: Date.now() });
    expect(await kept()).toBe(1);
  });
});

describe('every answer', () => {
  it.each(['/api/v1/workloads', '/nowhere', '/openapi.json', '/livez', '/docs'])(
    '%s has the headers of a careful server',
    async (path) => {
      const { headers } = await t.call('GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );
});
