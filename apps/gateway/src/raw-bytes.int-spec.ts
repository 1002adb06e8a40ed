import { connect } from 'node:net';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture } from './testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

describe('bytes that two servers could interpret differently', () => {
  let fixture: Fixture;
  let seen: string[];
  beforeEach(async () => {
    fixture = await gatewayFixture({ corsOrigins: ['https://page.example'] });
    seen = [];
    await fixture.serve('a', (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end('served');
    });
  });
  afterEach(() => fixture.close());

  /** Everything that comes back until the connection ends. */
  const answerTo = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const [host, port] = fixture.address.split(':');
      let received = '';
      const socket = connect(Number(port), host, () => socket.write(bytes));
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });

  const behind = 'GET /p1/chat/behind HTTP/1.1\r\nHost: g\r\n\r\n';
  const chunks = '5\r\nhello\r\n0\r\n\r\n';

  it.each([
    ['two hosts', 400, 'GET /p1/chat/ HTTP/1.1\r\nHost: g\r\nHost: h\r\n\r\n'],
    [
      'a coding beside chunked',
      501,
      `POST /p1/chat/ HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${chunks}`,
    ],
    [
      'a coding in HTTP/1.0',
      400,
      `POST /p1/chat/ HTTP/1.0\r\nHost: g\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    ],
    [
      'a coding beside chunked, to the endpoint of all models',
      501,
      `POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${chunks}`,
    ],
    [
      'a coding in HTTP/1.0, to the endpoint of all models',
      400,
      `POST /v1/chat/completions HTTP/1.0\r\nHost: g\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    ],
    [
      'two hosts of a preflight',
      400,
      'OPTIONS /p1/chat/ HTTP/1.1\r\nHost: g\r\nHost: h\r\nOrigin: https://page.example\r\nAccess-Control-Request-Method: POST\r\n\r\n',
    ],
    [
      'a coding beside an expectation that is unknown',
      501,
      `POST /p1/chat/ HTTP/1.1\r\nHost: g\r\nExpect: magic\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${chunks}`,
    ],
    ['another version', 505, 'GET /p1/chat/ HTTP/2.0\r\nHost: g\r\n\r\n'],
    ['no version', 505, 'GET /p1/chat/\r\nHost: g\r\nConnection: keep-alive\r\n\r\n'],
  ])(
    'end the connection: %s; nothing of it and nothing behind it reaches a pod',
    async (_, status, bytes) => {
      const received = await answerTo(bytes + behind + behind);

      expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(received.match(/^HTTP\//gm)).toHaveLength(1);
      expect(seen).toEqual([]);
    },
  );

  it('are none with a chunked body: what follows is served', async () => {
    const last = behind.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const post = 'POST /p1/chat/ HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n';
    await answerTo(post + chunks + last);

    expect([...seen].sort()).toEqual(['GET /behind', 'POST /']);
  });

  it('after a request end that request too, where it has not reached a pod yet', async () => {
    const body = '{"model":"chat"}';
    const model = `POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    await answerTo(`${model}GET /p1/chat/\0 HTTP/1.1\r\nHost: g\r\n\r\n`);
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_refusals_total')).toEqual([
        expect.stringMatching(/reason="left"\} 1$/),
      ]),
    );
    expect(seen).toEqual([]);
  });

  it('keep method and body of a request that offers a websocket and is no handshake', async () => {
    const offer = 'Connection: upgrade\r\nUpgrade: websocket\r\n';
    await answerTo(`PUT /p1/chat/ HTTP/1.1\r\nHost: g\r\n${offer}Content-Length: 5\r\n\r\nhello`);

    expect(seen).toEqual(['PUT /']);
  });
});
