import { connect } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { apiUnderTest, CREDENTIALS, type ApiUnderTest } from './testing/api-under-test';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
const MIB = 1024 * 1024;
const LIMIT = MIB;

let t: ApiUnderTest;
let authorization: string;
beforeAll(async () => {
  t = await apiUnderTest({ TESSERA_BODY_LIMIT_BYTES: String(LIMIT) });
  authorization = `Bearer ${await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret)}`;
});
afterAll(() => t.close());

/** Everything the server sends on the connection after these bytes, until it closes it. */
async function answerTo(...parts: readonly (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(t.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let text = '';
  let failure = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', ({ message }) => (failure = message));
  const closed = once(socket, 'close');
  for (const part of parts)
    if (!socket.write(part)) await Promise.race([once(socket, 'drain'), closed]).catch(() => undefined);
  await closed;
  return failure === '' ? text : `${text} (${failure})`;
}

const head = (...more: readonly string[]): string =>
  [`POST ${INFERENCES} HTTP/1.1`, 'Host: api', `Authorization: ${authorization}`, ...more, '', ''].join(
    '\r\n',
  );

describe('a body with a Content-Encoding', () => {
  const plain = () => JSON.stringify(smallRequest(`encoded-${Math.floor(t.clock.now())}`));

  it.each([
    ['gzip', () => gzipSync(plain())],
    ['br', plain],
    ['GZIP, identity', plain],
    ['deflate', plain],
  ])('%s is 415, whatever its content', async (encoding, body) => {
    const { status, body: answer } = await t.call('POST', INFERENCES, {
      body: body(),
      headers: { 'content-encoding': encoding },
    });
    expect([status, answer]).toEqual([
      415,
      {
        code: 415,
        message: 'The encoding of the request body is not supported.',
        details: 'send the body as it is, without Content-Encoding',
      },
    ]);
  });

  it('identity is no encoding', async () => {
    const headers = { 'content-encoding': 'identity' };
    expect((await t.call('POST', INFERENCES, { body: plain(), headers })).status).toBe(200);
  });
});

describe('a body above the limit', () => {
  it.each([LIMIT + 1, 2 * MIB, 6 * MIB])(
    'of %i bytes returns 413 to a client that reads only after it has written everything',
    async (size) => {
      const body = Buffer.alloc(size, 0x20);
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const answer = await fetch(`${t.url}${INFERENCES}`, {
          method: 'POST',
          headers: { authorization },
          body,
        });
        expect([answer.status, await answer.json()]).toEqual([
          413,
          { code: 413, message: 'Request body is too large' },
        ]);
      }
    },
  );

  it('is 413 without a Content-Length as well', async () => {
    const chunk = `${MIB.toString(16)}\r\n${' '.repeat(MIB)}\r\n`;
    const answer = await answerTo(head('Transfer-Encoding: chunked'), chunk, chunk, chunk, '0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*"code":413/s);
    expect(answer).toContain('connection: close');
  });

  it('is read no further than 8 MiB beyond the limit', async () => {
    const part = Buffer.alloc(MIB, 0x20);
    const answer = await answerTo(head(`Content-Length: ${1000 * MIB}`), ...Array<Buffer>(10).fill(part));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('whose client disconnects midway leaves the server intact', async () => {
    const { hostname, port } = new URL(t.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`${head(`Content-Length: ${3 * MIB}`)}{"name":`);
    socket.destroy();
    await once(socket, 'close');
    expect((await t.call('GET', '/api/v1/clusters')).status).toBe(200);
  });
});
