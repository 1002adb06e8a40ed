import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { connect } from 'node:http2';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, replica } from '../testing/gateway-fixture';

describe('Expect: 100-continue', () => {
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  beforeEach(async () => (fixture = await gatewayFixture({ drainMs: 100 })));
  afterEach(() => fixture.close());

  const offer = (path: string) => {
    const request = httpRequest(fixture.url + path, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': '5' },
    });
    const seen = { continued: false };
    request.on('continue', () => {
      seen.continued = true;
      request.end('hello');
    });
    request.on('error', () => undefined).flushHeaders();
    return { request, seen, answered: once(request, 'response') as Promise<[IncomingMessage]> };
  };

  it('asks for the body once a replica takes it, not while the request waits', async () => {
    fixture.source.report('present', replica('a', { ready: false }));
    const { seen, answered } = offer('/p1/chat/');
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_held')).toContainEqual(expect.stringMatching(/ 1$/)),
    );
    expect(seen.continued).toBe(false);
    await fixture.serve('a', (request, response) => void request.pipe(response));
    const [answer] = await answered;
    expect([seen.continued, answer.statusCode, await text(answer)]).toEqual([true, 200, 'hello']);
    expect(answer.headers.connection).toBe('keep-alive');
  });

  it('answers without asking for the body where the request is refused, and ends the connection', async () => {
    const { request, seen, answered } = offer('/p1/secret/');
    const [answer] = await answered;
    expect([seen.continued, answer.statusCode, answer.headers.connection]).toEqual([false, 401, 'close']);
    request.destroy();
  });

  it('holds over HTTP/2 as well', async () => {
    await fixture.serve('a', (request, response) => void request.pipe(response));
    const session = connect(fixture.url);
    const stream = session.request({ ':method': 'POST', ':path': '/p1/chat/', expect: '100-continue' });
    stream.on('continue', () => stream.end('hello'));
    expect(await text(stream)).toBe('hello');
    session.destroy();
  });
});
