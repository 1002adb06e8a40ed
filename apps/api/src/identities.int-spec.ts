import { LOCAL } from '@tessera/adapter-postgres';
import { apiConfig } from './config';
import { apiUnderTest, type Answered, type ApiUnderTest, type Json } from './testing/api-under-test';
import { foreignIssuer, type ForeignIssuer } from '@tessera/testing-services';

const VIEWER = 9;
const PROJECTS = '/api/v1/org-unit/projects';
const RULES = '/api/v1/authorization/access-rules';
const AUDIENCE = 'tessera';

const rule = (t: ApiUnderTest, subject: object): Promise<Answered> => {
  const scope = { roleId: VIEWER, scopeType: 'project', scopeId: LOCAL.projectId };
  return t.call('POST', RULES, { body: { subjectType: 'user', ...subject, ...scope } });
};

/** What a subject of the issuer sees: the number of projects, or the status of the refusal. */
async function seenBy(t: ApiUnderTest, issuer: ForeignIssuer, claims: object): Promise<number> {
  const exp = Math.floor(t.clock.now() / 1000) + 600;
  const token = issuer.token({ iss: issuer.url, aud: AUDIENCE, exp, ...claims });
  const answer = await t.call('GET', PROJECTS, { token });
  return answer.status === 200 ? answer.body.projects.length : answer.status;
}

describe('one foreign issuer', () => {
  let t: ApiUnderTest;
  let theirs: ForeignIssuer;
  beforeAll(async () => {
    theirs = await foreignIssuer();
    t = await apiUnderTest({ TESSERA_OIDC_ISSUERS: theirs.url });
  });
  afterAll(async () => {
    await t.close();
    theirs.close();
  });

  it('is meant by a rule without an issuer, by sub and by group', async () => {
    expect((await rule(t, { subjectId: 'one' })).status).toBe(201);
    expect((await rule(t, { subjectId: 'one', subjectType: 'group' })).status).toBe(201);
    expect(await seenBy(t, theirs, { sub: 'one' })).toBe(1);
    expect(await seenBy(t, theirs, { sub: 'two', groups: ['one'] })).toBe(1);
    expect(await seenBy(t, theirs, { sub: 'two' })).toBe(403);
  });

  it('has no subject that matches an application of the platform by client id or id', async () => {
    const { body: app } = await t.call('POST', '/api/v1/apps', { body: { name: 'deployer' } });
    expect((await rule(t, { subjectId: 'deployer', subjectType: 'app' })).status).toBe(201);
    expect((await rule(t, { subjectId: app.id, subjectType: 'app' })).status).toBe(201);
    expect((await rule(t, { subjectId: 'not-made-yet', subjectType: 'app' })).status).toBe(201);
    for (const sub of ['deployer', app.id, app.id.toUpperCase(), 'not-made-yet'])
      expect([sub, await seenBy(t, theirs, { sub })]).toEqual([sub, 403]);
  });

  it('may have applications of its own, where the rule allows it', async () => {
    expect((await rule(t, { subjectId: 'their-app', subjectType: 'app', issuer: theirs.url })).status).toBe(
      201,
    );
    expect(await seenBy(t, theirs, { sub: 'their-app' })).toBe(1);
  });

  it('has no subject whose sub counts as an email', async () => {
    expect((await rule(t, { subjectId: 'boss@example.com' })).status).toBe(201);
    expect(await seenBy(t, theirs, { sub: 'boss@example.com' })).toBe(403);
    expect(await seenBy(t, theirs, { sub: 'x', email: 'boss@example.com' })).toBe(403);
    expect(await seenBy(t, theirs, { sub: 'x', email: 'BOSS@example.COM', email_verified: true })).toBe(1);
    expect(await seenBy(t, theirs, { sub: 'x', email: 'boss@example.com\u0000', email_verified: true })).toBe(
      403,
    );
  });

  it('is rejected as malformed where its sub cannot be stored', async () => {
    for (const sub of ['a\u0000b', 'a\nb', 'x'.repeat(256)])
      expect(await seenBy(t, theirs, { sub })).toBe(401);
  });

  it.each(['https://elsewhere.example', ''])(
    'cannot be an issuer that is not trusted: %j',
    async (issuer) => {
      const answer = await rule(t, { subjectId: 'one', issuer });
      expect([answer.status, answer.body.details]).toEqual([400, expect.stringContaining('issuer: ')]);
    },
  );
});

describe('two foreign issuers', () => {
  let t: ApiUnderTest;
  let first: ForeignIssuer;
  let second: ForeignIssuer;
  beforeAll(async () => {
    [first, second] = await Promise.all([foreignIssuer(), foreignIssuer()]);
    t = await apiUnderTest({
      TESSERA_OIDC_ISSUERS: `${first.url},${second.url}||emails-trusted`,
      TESSERA_RATE_LIMIT_PER_MINUTE: '1000',
    });
  });
  afterAll(async () => {
    await t.close();
    first.close();
    second.close();
  });

  it.each([
    ['user', 'bare-sub'],
    ['group', 'staff'],
    ['service-account', 'bot'],
  ])('leave open whom a rule for a %s means that names none', async (subjectType, subjectId) => {
    const { status, body } = await rule(t, { subjectType, subjectId });
    expect([status, body.details]).toEqual([
      400,
      `issuer: several issuers are trusted; state which one the ${subjectType} belongs to: ${first.url}, ${second.url}`,
    ]);
  });

  it('have separate people and groups', async () => {
    const made = await rule(t, { subjectId: 'sam', issuer: first.url });
    expect([made.status, made.body.issuer]).toEqual([201, first.url]);
    expect((await rule(t, { subjectId: 'staff', subjectType: 'group', issuer: first.url })).status).toBe(201);
    expect((await rule(t, { subjectId: 'staff', subjectType: 'group', issuer: first.url })).status).toBe(409);
    expect(await seenBy(t, first, { sub: 'sam' })).toBe(1);
    expect(await seenBy(t, second, { sub: 'sam' })).toBe(403);
    expect(await seenBy(t, first, { sub: 'a', groups: ['staff'] })).toBe(1);
    expect(await seenBy(t, second, { sub: 'a', groups: ['staff'] })).toBe(403);
  });

  it('match no rule that was created when there was one issuer', async () => {
    await t.dataSource.query(
      `insert into api.access_rules (tenant_id, subject_id, subject_type, role_id, scope_type, scope_id, created_by)
       values ($1, 'old-sub', 'user', 9, 'project', '1', 'x'), ($1, 'old-group', 'group', 9, 'project', '1', 'x')`,
      [LOCAL.tenantId],
    );
    for (const issuer of [first, second])
      expect(await seenBy(t, issuer, { sub: 'old-sub', groups: ['old-group'] })).toBe(403);
  });

  it('count by email where it is verified, or where the operator trusts the emails of the issuer', async () => {
    expect((await rule(t, { subjectId: 'Lee@Example.com' })).body.subjectId).toBe('lee@example.com');
    expect((await rule(t, { subjectId: 'max@example.com', issuer: first.url })).status).toBe(201);
    const lee = { sub: 'lee', email: 'LEE@example.com' };
    expect(await seenBy(t, first, lee)).toBe(403);
    expect(await seenBy(t, first, { ...lee, email_verified: true })).toBe(1);
    expect(await seenBy(t, second, lee)).toBe(1);
    expect(await seenBy(t, second, { ...lee, email_verified: false })).toBe(403);
    const max = { sub: 'max', email: 'max@example.com', email_verified: true };
    expect(await seenBy(t, first, max)).toBe(1);
    expect(await seenBy(t, second, max)).toBe(403);
    // The Kelvin sign is a K to some, and no ASCII letter.
    expect((await rule(t, { subjectId: 'kim@example.com' })).status).toBe(201);
    expect(await seenBy(t, second, { sub: 'kim', email: '\u212Aim@example.com' })).toBe(403);
  });

  it('keep people with the same sub apart in the audit log and in idempotency keys', async () => {
    const exp = Math.floor(t.clock.now() / 1000) + 600;
    const asked: Answered[] = [];
    for (const issuer of [first, second]) {
      expect((await rule(t, { subjectId: 'same', issuer: issuer.url })).status).toBe(201);
      await t.call('POST', RULES, {
        body: {
          ...{ subjectId: 'same', subjectType: 'user', issuer: issuer.url, roleId: 7 },
          ...{ scopeType: 'project', scopeId: LOCAL.projectId },
        },
      });
      const token = issuer.token({ iss: issuer.url, aud: AUDIENCE, exp, sub: 'same' });
      const body = {
        ...{ name: `of-${asked.length}`, projectId: LOCAL.projectId, clusterId: LOCAL.clusterId },
        spec: { image: 'model:1', servingPort: { container: 8000 } },
      };
      const headers = { 'idempotency-key': 'one-key' };
      asked.push(await t.call('POST', '/api/v1/workloads/inferences', { body, headers, token }));
    }
    expect(asked.map(({ status, body }) => [status, body.name])).toEqual([
      [200, 'of-0'],
      [200, 'of-1'],
    ]);
    const rows: Json[] = await t.dataSource.query(
      `select subject_id, subject_name from api.audit_log where operation = 'create_inference1'`,
    );
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining(
        [first, second].map(({ url }) => ({ subject_id: `${url}|same`, subject_name: `${url}|same` })),
      ),
    );
  });
});

describe('users of the built-in issuer', () => {
  let t: ApiUnderTest;
  beforeAll(async () => void (t = await apiUnderTest()));
  afterAll(() => t.close());

  it('are one person whatever the case of their email', async () => {
    const ada = await t.call('POST', '/api/v1/users', { body: { email: 'Ada@Example.com' } });
    expect([ada.status, ada.body.username]).toEqual([201, 'Ada@Example.com']);
    for (const email of ['ada@example.com', 'Ada@Example.com', 'ADA@EXAMPLE.COM'])
      expect((await t.call('POST', '/api/v1/users', { body: { email } })).status).toBe(409);
    expect((await rule(t, { subjectId: 'aDA@example.com' })).status).toBe(201);
    const login = { grantType: 'password', username: 'ADA@example.com', password: ada.body.tempPassword };
    const { body } = await t.call('POST', '/api/v1/token', { body: login, token: null });
    expect((await t.call('GET', PROJECTS, { token: body.accessToken })).status).toBe(200);
  });

  it('are not applications, and the other way round, where both have one name', async () => {
    const { body: app } = await t.call('POST', '/api/v1/apps', { body: { name: 'Eve@example.com' } });
    expect((await t.call('POST', '/api/v1/users', { body: { email: 'eve@example.com' } })).status).toBe(201);
    expect((await rule(t, { subjectId: 'eve@example.com' })).status).toBe(201);
    const token = await t.tokenOf('Eve@example.com', app.secret);
    expect((await t.call('GET', PROJECTS, { token })).status).toBe(403);
  });
});

describe('a token', () => {
  let t: ApiUnderTest;
  beforeAll(async () => void (t = await apiUnderTest()));
  afterAll(() => t.close());
  const made = async (name: string) => {
    const { body } = await t.call('POST', '/api/v1/apps', { body: { name } });
    return { id: body.id as string, token: await t.tokenOf(name, body.secret) };
  };
  const says = async (token: string) =>
    (await t.call('GET', '/api/v1/authorization/permissions', { token })).body;

  it('is rejected once the secret that it was issued for is replaced', async () => {
    const { id, token } = await made('rotating');
    expect(await says(token)).toEqual([]);
    const { body } = await t.call('POST', `/api/v1/apps/${id}/secret`);
    expect(await says(token)).toEqual({
      code: 401,
      message: 'Token was issued for a secret that has been replaced.',
    });
    expect(await says(await t.tokenOf('rotating', body.clientSecret))).toEqual([]);
  });

  it('is rejected within two seconds after another process replaced the secret or deleted the application', async () => {
    const [replaced, deleted] = [await made('elsewhere-replaced'), await made('elsewhere-deleted')];
    for (const { token } of [replaced, deleted]) expect(await says(token)).toEqual([]);
    await t.dataSource.query('update api.subjects set secret_version = 2 where id = $1', [replaced.id]);
    await t.dataSource.query('delete from api.subjects where id = $1', [deleted.id]);
    t.clock.advance(2_001);
    for (const { token } of [replaced, deleted]) expect((await says(token)).code).toBe(401);
  });
});

describe('the setting of foreign issuers', () => {
  const problemsOf = (value: string): string => {
    try {
      apiConfig({
        TESSERA_DATABASE_URL: 'postgres://x',
        TESSERA_API_PUBLIC_URL: 'https://own.example',
        TESSERA_OIDC_ISSUERS: value,
      });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ['https://a.example|aud|emails-are-fine', 'is not <issuer>'],
    ['https://a.example|aud|emails-trusted|more', 'is not <issuer>'],
    ['not-a-url', 'is not <issuer>'],
    ['https://a.example|x,https://a.example|y', 'https://a.example is listed twice'],
    ['https://own.example', 'is the built-in issuer'],
  ])('does not take %s', (value, problem) => {
    expect(problemsOf(value)).toContain(problem);
  });

  it.each(['https://a.example', 'https://a.example|aud', 'https://a.example||emails-trusted'])(
    'takes %s',
    (value) => {
      expect(problemsOf(value)).toBe('');
    },
  );
});
