import { apiUnderTest, CREDENTIALS, type ApiUnderTest, type Json } from './testing/api-under-test';

const PERMISSIONS = '/api/v1/authorization/permissions';

let t: ApiUnderTest;
let user: { readonly email: string; readonly password: string };
beforeAll(async () => {
  t = await apiUnderTest();
  const { body } = await t.call('POST', '/api/v1/users', { body: { email: 'ada@example.com' } });
  user = { email: 'ada@example.com', password: body.tempPassword };
});
afterAll(() => t.close());

const grant = (body: Json) => t.call('POST', '/api/v1/token', { body, token: null });
const oauth = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  t.call('POST', '/api/v2/token', {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    token: null,
  });
const usable = async (token: string): Promise<number> => (await t.call('GET', PERMISSIONS, { token })).status;

describe('grants of the product', () => {
  const app = { id: CREDENTIALS.id, secret: CREDENTIALS.secret };
  const GOOD: readonly (readonly [string, () => Json])[] = [
    ['app_token', () => ({ grantType: 'app_token', AppId: app.id, AppSecret: app.secret })],
    ['app_token in other letters', () => ({ grantType: 'app_token', appID: app.id, appSecret: app.secret })],
    [
      'client_credentials',
      () => ({ grantType: 'client_credentials', clientID: app.id, clientSecret: app.secret }),
    ],
    ['password', () => ({ grantType: 'password', username: user.email, password: user.password })],
  ];

  it.each(GOOD)('%s gives a valid token', async (_name, body) => {
    const { status, body: granted } = await grant(body());
    expect([status, typeof granted.expiresIn]).toEqual([200, 'number']);
    expect(await usable(granted.accessToken)).toBe(200);
  });

  it('refresh_token gives a user a further token from the refresh token of the first response', async () => {
    const first = await grant({ grantType: 'password', username: user.email, password: user.password });
    const again = await grant({ grantType: 'refresh_token', refreshToken: first.body.refreshToken });
    expect(again.status).toBe(200);
    expect(await usable(again.body.accessToken)).toBe(200);
  });

  const BAD: readonly (readonly [string, Json, string])[] = [
    [
      'a wrong secret',
      { grantType: 'app_token', AppId: 'first', AppSecret: 'no' },
      'The credentials are not valid.',
    ],
    [
      'an unknown application',
      { grantType: 'app_token', AppId: 'none', AppSecret: 'no' },
      'The credentials are not valid.',
    ],
    [
      'a wrong password',
      { grantType: 'password', username: 'ada@example.com', password: 'no' },
      'The credentials are not valid.',
    ],
    [
      'an invented refresh token',
      { grantType: 'refresh_token', refreshToken: 'x.y.z' },
      'The credentials are not valid.',
    ],
  ];
  it.each(BAD)('%s is refused', async (_name, body, message) => {
    const refused = await grant(body);
    expect([refused.status, refused.body.message]).toEqual([400, message]);
  });

  it('grants that need a third party are rejected by name', async () => {
    const { status, body } = await grant({ grantType: 'external_token_exchange', externalToken: 'x' });
    expect([status, body.message]).toEqual([
      400,
      'The grant type external_token_exchange is not supported: it requires a third party.',
    ]);
  });
});

describe('grants of OAuth 2', () => {
  const client = { client_id: CREDENTIALS.id, client_secret: CREDENTIALS.secret };

  it('client_credentials, in the form or in the header', async () => {
    const basic = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`;
    for (const answer of [
      await oauth({ grant_type: 'client_credentials', ...client }),
      await oauth({ grant_type: 'client_credentials' }, { authorization: basic }),
    ]) {
      expect([answer.status, answer.body.token_type, answer.headers.get('cache-control')]).toEqual([
        200,
        'Bearer',
        'no-store',
      ]);
      expect(await usable(answer.body.access_token)).toBe(200);
    }
  });

  it('password, and refresh_token after it', async () => {
    const first = await oauth({ grant_type: 'password', username: user.email, password: user.password });
    const again = await oauth({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(await usable(again.body.access_token)).toBe(200);
  });

  const REFUSED: readonly (readonly [string, Record<string, string>, number, Json])[] = [
    [
      'a wrong secret',
      { grant_type: 'client_credentials', client_id: 'first', client_secret: 'no' },
      401,
      { error: 'invalid_client' },
    ],
    [
      'a wrong password',
      { grant_type: 'password', username: 'ada@example.com', password: 'no' },
      400,
      { error: 'invalid_grant' },
    ],
    [
      'an invented refresh token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      400,
      { error: 'invalid_grant' },
    ],
    [
      'a missing secret',
      { grant_type: 'client_credentials', client_id: 'first' },
      400,
      { error: 'invalid_request', error_description: 'client_secret is missing' },
    ],
    ['no grant type', {}, 400, { error: 'invalid_request', error_description: 'grant_type is missing' }],
    [
      'another grant',
      { grant_type: 'authorization_code', code: 'x' },
      400,
      {
        error: 'unsupported_grant_type',
        error_description: 'use client_credentials, password or refresh_token',
      },
    ],
  ];
  it.each(REFUSED)('%s is rejected with the OAuth error', async (_name, fields, status, body) => {
    const refused = await oauth(fields);
    expect([refused.status, refused.body]).toEqual([status, body]);
  });
});

describe('a second program', () => {
  it('has its own credential; replacing the secret invalidates the old one at once', async () => {
    const { body: made } = await t.call('POST', '/api/v1/apps', { body: { name: 'pipeline' } });
    const token = (secret: string) =>
      grant({ grantType: 'app_token', AppId: made.clientId, AppSecret: secret });
    expect((await token(made.clientSecret)).status).toBe(200);
    const { status, body } = await t.call('POST', `/api/v1/apps/${made.id}/secret`);
    expect([status, body]).toEqual([200, { clientSecret: expect.any(String) }]);
    expect(body.clientSecret).not.toBe(made.clientSecret);
    expect((await token(made.clientSecret)).status).toBe(400);
    expect((await token(body.clientSecret)).status).toBe(200);
  });

  it('receives its secret once: no later response contains it', async () => {
    const { body: made } = await t.call('POST', '/api/v1/apps', { body: { name: 'once' } });
    const { text } = await t.call('GET', `/api/v1/apps/${made.id}`);
    expect(text).not.toContain(made.clientSecret);
  });

  it('is rejected once it is deleted, also with a token issued before', async () => {
    const { body: made } = await t.call('POST', '/api/v1/apps', { body: { name: 'gone' } });
    const token = await t.tokenOf(made.clientId, made.clientSecret);
    expect(await usable(token)).toBe(200);
    expect((await t.call('DELETE', `/api/v1/apps/${made.id}`)).status).toBe(204);
    expect(await usable(token)).toBe(401);
  });
});
