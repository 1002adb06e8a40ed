import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { deadAddress, gatewayFixture, open, replica } from '../testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const PATH = '/p1/chat/v1/chat/completions';

/** Responds with what the replica received. */
const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await text(request);
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  response.end(JSON.stringify({ body, length, coding }));
};

describe('the body of a request to a model endpoint of a workload', () => {
  let fixture: Fixture;
  beforeEach(async () => (fixture = await gatewayFixture()));
  afterEach(() => fixture.close());

  it.each([
    { name: 'JSON', body: '{"model":"m"}' },
    { name: 'no JSON', body: 'hello' },
    { name: 'longer than what is read', body: `{"a":"${'x'.repeat(2_000_000)}"}` },
  ])('reaches the replica as it was sent: $name', async ({ body }) => {
    await fixture.serve('a', (request, response) => void echo(request, response));
    const response = await fetch(fixture.url + PATH, { method: 'POST', body });
    expect(await response.json()).toEqual({ body, length: String(body.length) });
  });

  it('reaches the replica in chunks where its length is not known', async () => {
    await fixture.serve('a', (request, response) => void echo(request, response));
    const { request, answered } = open(fixture.url + PATH, 'POST');
    request.write('{"model":');
    request.end('"m"}');
    expect(JSON.parse(await text(await answered))).toMatchObject({ body: '{"model":"m"}' });
  });

  it('reaches another replica where the first refuses the connection', async () => {
    fixture.source.report('present', replica('dead', { address: await deadAddress() }));
    await fixture.serve('alive', (request, response) => void echo(request, response));
    for (const size of [10, 1_000_000]) {
      const body = `{"a":"${'x'.repeat(size)}"}`;
      for (let index = 0; index < 2; index += 1) {
        const response = await fetch(fixture.url + PATH, { method: 'POST', body });
        expect((await response.json()) as object).toMatchObject({ body });
      }
    }
  });

  it('is sent by a client that waits until it may', async () => {
    await fixture.serve('a', (request, response) => void echo(request, response));
    const body = '{"model":"m"}';
    const headers = { expect: '100-continue', 'content-length': body.length };
    const request = httpRequest(fixture.url + PATH, { method: 'POST', agent: false, headers });
    const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    request.once('continue', () => request.end(body)).flushHeaders();
    expect(JSON.parse(await text(await answered))).toEqual({ body, length: '13' });
  });

  it('streams on at the pace of the replica', async () => {
    const hash = createHash('sha256');
    await fixture.serve('a', (request, response) => {
      request.pipe(hash).once('finish', () => response.end(hash.digest('hex')));
    });
    const body = Buffer.alloc(40_000_000, '{"input":"tessera');
    const response = await fetch(fixture.url + PATH, { method: 'POST', body });
    expect(await response.text()).toBe(createHash('sha256').update(body).digest('hex'));
  });
});
