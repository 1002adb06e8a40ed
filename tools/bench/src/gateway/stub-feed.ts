import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SIGNATURE_HEADER, signatureOf } from '@tessera/adapter-services';
import { FEED_WAIT_MS, type FeedAnswer, type FeedSnapshot } from '@tessera/contracts-internal/gateway';
import { PROJECT } from '@tessera/testing-services/stub-cluster';

/** An API that has one serving key, which never changes. */
export interface StubFeed {
  readonly url: string;
  /** The serving key, which opens the project of the benchmark. */
  readonly secret: string;
  /** Signs what gateway and API send each other, hexadecimal. */
  readonly signingKey: string;
  stop(): Promise<void>;
}

const VERSION = '1';
/** Limits that are counted and never reached. */
const NEVER = 1_000_000_000;

export async function stubFeed(): Promise<StubFeed> {
  const key = randomBytes(32);
  const secret = `tsk-${randomBytes(24).toString('base64url')}`;
  const snapshot: FeedSnapshot = {
    keys: [
      {
        id: '00000000-0000-4000-8000-0000000000b1',
        digest: createHash('sha256').update(secret).digest('base64url'),
        name: 'bench',
        scope: { projects: [PROJECT], workloads: [] },
        project: PROJECT,
        limits: { requestsPerMinute: NEVER, tokensPerMinute: NEVER, requestsInFlight: NEVER },
        priority: 'normal',
      },
    ],
    subjects: [],
    aliases: [],
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const since = new URL(path, 'http://api').searchParams.get('since');
    const answer: FeedAnswer = since === VERSION ? { version: VERSION } : { version: VERSION, snapshot };
    const body = JSON.stringify(answer);
    const send = (): unknown =>
      response.setHeader(SIGNATURE_HEADER, signatureOf(key, { path, body })).end(body);
    if (since === VERSION) setTimeout(send, FEED_WAIT_MS).unref();
    else send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    signingKey: key.toString('hex'),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
