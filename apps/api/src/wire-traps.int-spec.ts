import { request as httpRequest } from 'node:http';
import { apiUnderTest, CREDENTIALS, type ApiUnderTest } from './testing/api-under-test';
import { smallRequest } from './testing/samples';

const PUBLIC_PATHS = [
  '/',
  '/favicon.ico',
  '/openapi.json',
  '/docs',
  '/docs/swagger-ui.js',
  '/docs/swagger-ui.css',
  '/asyncapi.json',
  '/docs/events',
  '/.well-known/jwks.json',
  '/console-settings.json',
];
const INFERENCES = '/api/v1/workloads/inferences';

let t: ApiUnderTest;
beforeAll(
  async () =>
    void (t = await apiUnderTest({
      TESSERA_BODY_LIMIT_BYTES: '20000',
      TESSERA_RATE_LIMIT_PER_MINUTE: '600',
    })),
);
afterAll(() => t.close());

/** A request without the headers that fetch adds. */
function bare(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${t.url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('what clients send', () => {
  let authorization: string;
  beforeAll(
    async () => void (authorization = `Bearer ${await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret)}`),
  );
  const body = (name: string) => JSON.stringify(smallRequest(name));

  it('accepts JSON without any Content-Type', async () => {
    expect((await bare('POST', INFERENCES, { authorization }, body('no-type'))).status).toBe(200);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'garbage',
    'application/json; charset=latin1;;',
  ])('accepts JSON with the Content-Type %s', async (type) => {
    const name = `type-${type.length}`;
    expect((await bare('POST', INFERENCES, { authorization, 'content-type': type }, body(name))).status).toBe(
      200,
    );
  });

  it('accepts DELETE and GET with the Content-Type of JSON and no body', async () => {
    const made = JSON.parse((await bare('POST', INFERENCES, { authorization }, body('typed'))).text);
    const headers = { authorization, 'content-type': 'application/json' };
    expect((await bare('GET', `${INFERENCES}/${made.workloadId}`, headers)).status).toBe(200);
    expect(await bare('DELETE', `${INFERENCES}/${made.workloadId}`, headers)).toEqual({
      status: 204,
      text: '',
    });
  });

  it.each([
    ['what is not UTF-8', Buffer.from('{"name":"caf\xe9"}', 'latin1'), 400, 'Failed to read request body'],
    ['malformed JSON', '{"name":', 400, 'Failed to read request body'],
    ['a list', '[]', 400, 'Failed to read request body'],
    ['a word', 'null', 400, 'Failed to read request body'],
    ['nothing', '', 400, 'Required parameter is missing'],
    ['NUL', '{"name":"a\\u0000"}', 400, 'must be Unicode text without NUL'],
    ['half a character', '{"name":"\\ud800"}', 400, 'must be Unicode text without NUL'],
    [
      'endless nesting',
      `{"spec":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`,
      400,
      'the body is nested deeper than 64 levels',
    ],
    ['an endless number', '{"spec":{"a":1e999}}', 400, 'is outside the range that can be stored'],
    ['too much', JSON.stringify({ name: 'x'.repeat(30_000) }), 413, 'Request body is too large'],
  ])('rejects %s with the documented body', async (_what, sent, status, message) => {
    const answer = await t.call('POST', INFERENCES, { body: sent });
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ code: status, message }),
    ]);
  });

  it('returns 404 for an unknown address and 405 with Allow for a wrong method', async () => {
    const unknown = await t.call('GET', '/api/v1/nowhere');
    expect([unknown.status, unknown.body.code]).toEqual([404, 404]);
    const put = await t.call('PUT', INFERENCES, { body: {} });
    expect([put.status, put.body.code, put.headers.get('allow')]).toEqual([405, 405, 'POST']);
    const patch = await t.call('PATCH', '/api/v1/workloads', { body: {} });
    expect([patch.status, patch.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it.each([
    ['GET', INFERENCES, 'POST'],
    ['GET', `${INFERENCES}/`, 'POST'],
    ['DELETE', '/api/v1/workloads/count', 'GET'],
    ['POST', '/openapi.json', 'GET'],
    ['GET', '/api/v1/token', 'POST'],
  ])('answers %s %s with 405 and Allow: %s', async (method, path, allow) => {
    const answer = await t.call(method, path);
    expect([answer.status, answer.body.code, answer.headers.get('allow')]).toEqual([405, 405, allow]);
  });

  it('ignores a trailing slash', async () => {
    const made = await t.call('POST', `${INFERENCES}/`, { body: smallRequest('slash') });
    expect(made.status).toBe(200);
    const read = await t.call('GET', `${INFERENCES}/${made.body.workloadId}/`);
    expect([read.status, read.body]).toEqual([200, made.body]);
  });

  it('gives every answer an id, the client’s own where it sent one, and the headers of a careful server', async () => {
    const { headers } = await t.call('GET', '/api/v1/workloads', { headers: { 'x-request-id': 'my-id' } });
    expect(headers.get('x-request-id')).toBe('my-id');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect((await t.call('GET', '/nowhere')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['a comma list', 'metricType=THROUGHPUT,LATENCY'],
    ['percent-coded', 'metricType=THROUGHPUT%2CLATENCY'],
    ['repeated', 'metricType=THROUGHPUT&metricType=LATENCY'],
  ])('reads metric types as %s and times in every form', async (_how, types) => {
    const { body: made } = await t.call('POST', INFERENCES, {
      body: smallRequest('measured', { useGivenNameAsPrefix: true }),
    });
    for (const [start, end] of [
      ['2024-01-01T00:00:00Z', '2024-01-01T00:00:01Z'],
      ['2024-01-01T00%3A00%3A00%2B00%3A00', '2024-01-01T02%3A00%3A00%2B01%3A00'],
      ['2024-01-01T00:00:00.123456', '2024-01-02 00:00:00.211'],
    ]) {
      const path = `${INFERENCES}/${made.workloadId}/metrics?${types}&start=${start}&end=${end}&numberOfSamples=0`;
      // No metrics service runs here: a 503 means that the query was accepted.
      expect((await t.call('GET', path)).status).toBe(503);
    }
  });

  it.each([
    [
      '',
      'metricType: Required parameter is missing; start: Required parameter is missing; end: Required parameter is missing',
    ],
    ['metricType=NOPE&start=2024-01-01&end=2024-01-02', /^metricType\[0\]: "NOPE" is not one of/],
    ['metricType=LATENCY&start=2024-01-02&end=2024-01-01', 'start: must be before end'],
    ['metricType=LATENCY&start=yesterday&end=2024-01-01', /^start: "yesterday" is not a time/],
    [
      'metricType=LATENCY&start=2024-01-01&end=2024-01-02&numberOfSamples=1001',
      'numberOfSamples: must be at most 1000',
    ],
    ['metricType=LATENCY&start=2024-01-01&end=2024-01-02&numberOfSamples=x', /^numberOfSamples: /],
  ])('refuses the metrics query %j', async (query, details) => {
    const { body: made } = await t.call('POST', INFERENCES, {
      body: smallRequest('refused', { useGivenNameAsPrefix: true }),
    });
    const answer = await t.call('GET', `${INFERENCES}/${made.workloadId}/metrics?${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, 400]);
    expect(answer.body.details).toEqual(
      typeof details === 'string' ? details : expect.stringMatching(details),
    );
  });

  it('knows no metrics of an unknown workload or pod', async () => {
    const range = 'metricType=LATENCY&start=2024-01-01&end=2024-01-02';
    const { body: made } = await t.call('POST', INFERENCES, { body: smallRequest('podless') });
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await t.call('GET', `${INFERENCES}/${unknown}/metrics?${range}`)).status).toBe(404);
    expect(
      (await t.call('GET', `${INFERENCES}/${made.workloadId}/pods/${unknown}/metrics?${range}`)).status,
    ).toBe(404);
  });
});

describe('tokens', () => {
  const token = (body: unknown) => t.call('POST', '/api/v1/token', { body, token: null });
  const { id, secret } = CREDENTIALS;

  it.each([
    [{ grantType: 'app_token', AppId: id, AppSecret: secret }],
    [{ grantType: 'app_token', appID: id, appSecret: secret }],
    [{ grantType: 'client_credentials', clientId: id, clientSecret: secret }],
    [{ GRANTTYPE: 'client_credentials', clientID: id, ClientSecret: secret }],
    [{ appid: id, appsecret: secret }],
  ])('are given for %j', async (body) => {
    const { status, body: answer } = await token(body);
    expect([status, answer.expiresIn]).toEqual([200, 3600]);
    const payload = answer.accessToken.split('.')[1];
    expect(payload).not.toMatch(/[-_]/);
    expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toMatchObject({
      name: id,
      exp: expect.any(Number),
    });
  });

  it.each([
    [{ grantType: 'app_token', AppId: null, AppSecret: null }, 'Required parameter is missing'],
    [{ grantType: 'app_token', AppId: id, AppSecret: 'wrong' }, 'The credentials are not valid.'],
    [{ grantType: 'app_token', AppId: 'nobody', AppSecret: secret }, 'The credentials are not valid.'],
    [
      { grantType: 'exchange_token', code: 'x' },
      'The grant type exchange_token is not supported: it requires a third party.',
    ],
    [{}, 'Required parameter is missing'],
  ])('are rejected for %j with 400, so that clients do not retry', async (body, message) => {
    const answer = await token(body);
    expect([answer.status, answer.body.message]).toEqual([400, message]);
  });

  it('are given as OAuth 2 has it, with its errors', async () => {
    const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      t.call('POST', '/api/v2/token', {
        token: null,
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      });
    const good = await form({ grant_type: 'client_credentials', client_id: id, client_secret: secret });
    expect([good.status, good.body]).toMatchObject([200, { token_type: 'Bearer', expires_in: 3600 }]);
    const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    expect((await form({ grant_type: 'client_credentials' }, { authorization: basic })).status).toBe(200);
    const wrong = await form({ grant_type: 'client_credentials', client_id: id, client_secret: 'x' });
    expect([wrong.status, wrong.body]).toEqual([401, { error: 'invalid_client' }]);
    expect(wrong.headers.get('www-authenticate')).toBe('Basic realm="tessera"');
    const odd = await form({ grant_type: 'magic' });
    expect([odd.status, odd.body.error]).toEqual([400, 'unsupported_grant_type']);
    expect((await form({})).body).toEqual({
      error: 'invalid_request',
      error_description: 'grant_type is missing',
    });
  });

  it('are required for all but the public addresses', async () => {
    for (const path of PUBLIC_PATHS)
      expect([path, (await t.call('GET', path, { token: null })).status]).toEqual([path, 200]);
    for (const path of ['/livez', '/readyz', '/metrics'])
      expect([path, (await t.call('GET', path, { token: null })).status]).toEqual([path, 404]);
    for (const path of ['/api/v1/workloads', '/api/v1/clusters', '/api/v1/org-unit/projects', '/api/v1/apps'])
      expect([path, (await t.call('GET', path, { token: null })).status]).toEqual([path, 401]);
  });
});

describe('people', () => {
  it('get a token by password, another by refresh token, and each refresh token once', async () => {
    const { body: user } = await t.call('POST', '/api/v1/users', { body: { email: 'ada@example.com' } });
    const token = (body: unknown) => t.call('POST', '/api/v1/token', { body, token: null });
    const first = await token({
      grantType: 'password',
      username: user.username,
      password: user.tempPassword,
    });
    const { refreshToken } = first.body;
    const second = await token({ grantType: 'refresh_token', refreshToken });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await token({ grantType: 'refresh_token', refreshToken })).status).toBe(400);
    expect((await t.call('GET', '/api/v1/workloads', { token: second.body.accessToken })).status).toBe(403);
  });
});

describe('the rate limit', () => {
  it('returns 429 with Retry-After to the subject that used up its limit', async () => {
    const { body: app } = await t.call('POST', '/api/v1/apps', { body: { name: 'busy' } });
    const token = await t.tokenOf('busy', app.clientSecret);
    const statuses = new Set<number>();
    for (let count = 0; count < 601; count += 1)
      statuses.add((await t.call('GET', '/api/v1/authorization/permissions', { token })).status);
    expect([...statuses]).toEqual([200, 429]);
    const limited = await t.call('GET', '/api/v1/authorization/permissions', { token });
    expect([limited.body.code, limited.headers.get('retry-after')]).toEqual([429, '1']);
    t.clock.advance(1000);
    expect((await t.call('GET', '/api/v1/authorization/permissions', { token })).status).toBe(200);
  });
});
