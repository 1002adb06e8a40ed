import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { gatewayFixture } from './testing/gateway-fixture';

const MIB = 1_048_576;
const UPLOAD_MIB = 256;
/** Of one process with client, gateway and replica. */
const MOST_GROWTH_MIB = 100;

const upload = (into: Writable): Promise<void> => {
  const chunk = Buffer.alloc(65_536, 'x');
  return pipeline(Readable.from(Array<Buffer>((UPLOAD_MIB * MIB) / chunk.length).fill(chunk)), into);
};

const WAYS = {
  'over HTTP/1.1, chunked': async (url: string): Promise<string> => {
    const request = httpRequest(`${url}/p1/chat/`, { method: 'POST' });
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    await upload(request);
    return text((await answered)[0]);
  },
  'over HTTP/2': async (url: string): Promise<string> => {
    const session = connect(url);
    const stream = session.request({ ':method': 'POST', ':path': '/p1/chat/' });
    const answer = text(stream);
    await upload(stream);
    const got = await answer;
    session.destroy();
    return got;
  },
} as const;

describe('a large upload', () => {
  it.each(Object.entries(WAYS))('%s takes constant memory', async (_way, send) => {
    const fixture = await gatewayFixture({ drainMs: 100 });
    await fixture.serve('a', (request, response) => {
      let size = 0;
      request.on('data', (chunk: Buffer) => (size += chunk.length));
      request.on('end', () => response.end(String(size)));
    });
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    expect(await send(fixture.url)).toBe(String(UPLOAD_MIB * MIB));
    clearInterval(watch);
    expect((most - before) / MIB).toBeLessThan(MOST_GROWTH_MIB);
    await fixture.close();
  });
});
