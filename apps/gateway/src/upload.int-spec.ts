import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { usedMemory } from '@tessera/testing-services/memory';
import { gatewayFixture } from './testing/gateway-fixture';

const MIB = 1_048_576;
const UPLOAD_MIB = 256;
/** What one process with client, gateway and replica may hold of it: what nobody holds any more does not count. */
const MOST_GROWTH_MIB = 16;
const LOOK_EVERY_MIB = 32;

/** Sends the body; resolves with how much more memory was in use on the way than before it, at most, MiB. */
const upload = async (into: Writable): Promise<number> => {
  const chunk = Buffer.alloc(65_536, 'x');
  const before = usedMemory();
  let most = before;
  const body = function* (): Generator<Buffer> {
    for (let sent = 0; sent < UPLOAD_MIB * MIB; sent += chunk.length) {
      if (sent % (LOOK_EVERY_MIB * MIB) === 0) most = Math.max(most, usedMemory());
      yield chunk;
    }
  };
  await pipeline(Readable.from(body()), into);
  return (most - before) / MIB;
};

interface Sent {
  readonly growthMiB: number;
  readonly answer: string;
}

const WAYS = {
  'over HTTP/1.1, chunked': async (url: string): Promise<Sent> => {
    const request = httpRequest(`${url}/p1/chat/`, { method: 'POST' });
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    const growthMiB = await upload(request);
    return { growthMiB, answer: await text((await answered)[0]) };
  },
  'over HTTP/2': async (url: string): Promise<Sent> => {
    const session = connect(url);
    const stream = session.request({ ':method': 'POST', ':path': '/p1/chat/' });
    const answered = text(stream);
    const growthMiB = await upload(stream);
    const answer = await answered;
    session.destroy();
    return { growthMiB, answer };
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
    const { growthMiB, answer } = await send(fixture.url);
    expect(answer).toBe(String(UPLOAD_MIB * MIB));
    expect(growthMiB).toBeLessThan(MOST_GROWTH_MIB);
    await fixture.close();
  });
});
