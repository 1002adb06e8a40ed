import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { LOCAL } from '@tessera/adapter-postgres';
import { rotateKeys } from './rotate-keys';
import { apiUnderTest, CREDENTIALS, type ApiUnderTest, type Json } from './testing/api-under-test';
import { coded, foreignIssuer, signed, type ForeignIssuer } from '@tessera/testing-services';
import { accessRule } from './testing/two-org-units';

const PATH = '/api/v1/authorization/permissions';
const AUDIENCE = 'their-audience';

let t: ApiUnderTest;
let theirs: ForeignIssuer;
let own: { readonly key: KeyObject; readonly header: Json; readonly claims: Json };

beforeAll(async () => {
  theirs = await foreignIssuer();
  t = await apiUnderTest({ TESSERA_OIDC_ISSUERS: `${theirs.url}|${AUDIENCE}` });
  const [header, claims] = (await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret))
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json);
  const [row]: Json[] = await t.dataSource.query('select private_jwk from api.signing_keys');
  const key = createPrivateKey({ key: row.private_jwk as JsonWebKey, format: 'jwk' });
  own = { key, header, claims };
});
afterAll(async () => {
  await t.close();
  theirs.close();
});

const get = (token: string) => t.call('GET', PATH, { token });
const seconds = (): number => Math.floor(t.clock.now() / 1000);
const withClaims = (more: object): string => signed(own.key, own.header, { ...own.claims, ...more });

describe('a token of the built-in issuer', () => {
  it('is valid when it is signed with the right key', async () => {
    expect((await get(withClaims({}))).status).toBe(200);
  });

  const REFUSED: Readonly<Record<string, readonly [() => string, string]>> = {
    'of an unknown issuer': [
      () => withClaims({ iss: 'https://elsewhere.example' }),
      'Issuer is not familiar.',
    ],
    'without an issuer': [() => withClaims({ iss: undefined }), 'Issuer is not familiar.'],
    expired: [() => withClaims({ exp: seconds() - 60 }), 'Token has expired.'],
    'not valid yet': [() => withClaims({ nbf: seconds() + 60 }), 'Token is not valid yet.'],
    'for another audience': [() => withClaims({ aud: 'others' }), 'Token audience is not valid.'],
    'for no audience': [() => withClaims({ aud: undefined }), 'Token audience is not valid.'],
    'signed by another key': [
      () => signed(theirs.key, own.header, own.claims),
      'Token signature is not valid.',
    ],
    'changed after it was signed': [
      () => {
        const [header, , signature] = withClaims({}).split('.');
        return [header, coded({ ...own.claims, sub: 'somebody-else' }), signature].join('.');
      },
      'Token signature is not valid.',
    ],
    'with an unknown key id': [
      () => signed(own.key, { ...own.header, kid: 'unknown' }, own.claims),
      'Token signature is not valid.',
    ],
    'without a signature (alg none)': [
      () => `${coded({ alg: 'none' })}.${coded(own.claims)}.`,
      'Token algorithm is not accepted.',
    ],
    'with a shared secret': [
      () => signed(own.key, { ...own.header, alg: 'HS256' }, own.claims),
      'Token algorithm is not accepted.',
    ],
    'without an end': [() => withClaims({ exp: undefined }), 'Token is malformed.'],
    'that is none': [() => 'not-a-token', 'Token is malformed.'],
    'of a subject that is gone': [
      () => withClaims({ sub: '00000000-0000-4000-8000-000000000000' }),
      'Token subject does not exist any more.',
    ],
  };

  it.each(Object.entries(REFUSED))(
    '%s is rejected with 401 and its own message',
    async (_what, [make, message]) => {
      const answer = await get(make());
      expect([answer.status, answer.body]).toEqual([401, { code: 401, message }]);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  it.each([
    ['no header', undefined],
    ['another scheme', 'Basic Zmlyc3Q6Zmlyc3Qtc2VjcmV0'],
    ['an empty token', 'Bearer '],
  ])('%s is 401 as well', async (_what, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await t.call('GET', PATH, { token: null, headers });
    expect(answer.body).toEqual({
      code: 401,
      message: 'Authorization header with a bearer token is missing.',
    });
  });

  it('may be off by the clock skew', async () => {
    expect((await get(withClaims({ exp: seconds() - 3 }))).status).toBe(200);
    expect((await get(withClaims({ nbf: seconds() + 3 }))).status).toBe(200);
  });

  it('stays valid when the key is rotated, and new ones are signed by the new key', async () => {
    t.clock.advance(60_000);
    const before = withClaims({ jti: 'before', exp: seconds() + 600 });
    await t.api.issuer.rotate();
    t.clock.advance(60_000);
    const after = await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret);
    expect([(await get(before)).status, (await get(after)).status]).toEqual([200, 200]);
    expect(after.split('.')[0]).not.toBe(coded(own.header));
  });
});

describe('the command that rotates keys', () => {
  it('adds a key, retires the others, and is in the audit log', async () => {
    const { url } = t.dataSource.options as { readonly url?: string };
    await rotateKeys({ TESSERA_DATABASE_URL: url, TESSERA_LOG_LEVEL: 'fatal' });
    const keys: Json[] = await t.dataSource.query(
      'select kid from api.signing_keys where retired_at is null',
    );
    const rows: Json[] = await t.dataSource.query(
      `select subject_name, target, status from api.audit_log where operation = 'rotate_keys'`,
    );
    expect(keys).toHaveLength(1);
    expect(rows).toEqual([
      { subject_name: expect.stringContaining('(command line)'), target: keys[0].kid, status: 200 },
    ]);
  });
});

describe('a token of another issuer', () => {
  const claimsOf = (more: object = {}) => ({
    ...{ iss: theirs.url, sub: 'subject-1', aud: AUDIENCE },
    ...{ email: 'grace@example.com', email_verified: true },
    ...{ exp: seconds() + 600, ...more },
  });
  const token = (more: object = {}): string => theirs.token(claimsOf(more));

  it('is valid by discovery and its key set, with the permissions given to its email', async () => {
    await accessRule(t, { id: 'grace@example.com', kind: 'user' }, 9, 'project', LOCAL.projectId);
    const mine = await t.call('GET', '/api/v1/org-unit/projects', { token: token() });
    expect([mine.status, mine.body.projects.length]).toEqual([200, 1]);
  });

  const projectsOf = async (more: object): Promise<number> => {
    const answer = await t.call('GET', '/api/v1/org-unit/projects', { token: token(more) });
    return answer.status === 200 ? answer.body.projects.length : answer.status;
  };

  it('has the permissions given to a group that it names', async () => {
    const body = { subjectId: 'readers', subjectType: 'group', roleId: 9 };
    const rule = { ...body, scopeType: 'project', scopeId: LOCAL.projectId };
    expect((await t.call('POST', '/api/v1/authorization/access-rules', { body: rule })).status).toBe(201);
    const member = { sub: 'subject-2', email: 'member@example.com' };
    expect(await projectsOf({ ...member, groups: ['others', 'readers'] })).toBe(1);
    const others = { sub: 'subject-3', email: 'other@example.com' };
    expect(await projectsOf({ ...others, groups: ['others'] })).toBe(403);
    // A user with the name of the group is not the group.
    expect(await projectsOf({ sub: 'readers', email: undefined })).toBe(403);
  });

  it('is not identified by an unverified email', async () => {
    expect(await projectsOf({ sub: 'subject-4', email_verified: true })).toBe(1);
    for (const verified of [false, undefined, null, 'true', 1])
      expect([verified, await projectsOf({ sub: 'subject-5', email_verified: verified })]).toEqual([
        verified,
        403,
      ]);
  });

  it('cannot act as a subject of the built-in issuer, whatever its claims', async () => {
    const [{ id }] = (await t.call('GET', '/api/v1/apps')).body as { id: string }[] as [{ id: string }];
    expect(await projectsOf({ sub: id, email: undefined })).toBe(403);
    expect(await projectsOf({ sub: 'subject-6', email: id })).toBe(403);
    expect(await projectsOf({ sub: id.toUpperCase(), email: undefined })).toBe(403);
  });

  it('is rejected for another audience, by another key, and when it has expired', async () => {
    const forged = signed(own.key, { alg: 'ES256', kid: 'theirs' }, claimsOf({ jti: 'forged' }));
    const messages = [];
    for (const made of [token({ aud: 'tessera' }), forged, token({ exp: seconds() - 60 })])
      messages.push((await get(made)).body.message);
    expect(messages).toEqual([
      'Token audience is not valid.',
      'Token signature is not valid.',
      'Token has expired.',
    ]);
  });
});
