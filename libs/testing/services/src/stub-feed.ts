import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SIGNATURE_HEADER, signatureOf } from '@tessera/adapter-services';
import { FEED_WAIT_MS, type FeedAnswer, type FeedSnapshot } from '@tessera/contracts-internal/gateway';

/** What a gateway receives from an API: keys, aliases and limits. */
export interface StubFeed {
  readonly url: string;
  /** Signs what gateway and API send each other, hexadecimal. */
  readonly signingKey: string;
  /** Gateways receive it at once. */
  change(snapshot: FeedSnapshot): void;
  stop(): Promise<void>;
}

/** Serves a snapshot on a free port, as the API does. */
export async function stubFeed(first: FeedSnapshot): Promise<StubFeed> {
  const key = randomBytes(32);
  let [version, snapshot] = [1, first];
  const waiting = new Map<ServerResponse, { readonly path: string; readonly timer: NodeJS.Timeout }>();
  const send = (response: ServerResponse, path: string, answer: FeedAnswer): void => {
    const body = JSON.stringify(answer);
    response.setHeader(SIGNATURE_HEADER, signatureOf(key, { path, body })).end(body);
  };
  const current = (): FeedAnswer => ({ version: String(version), snapshot });
  const settle = (response: ServerResponse, answer?: FeedAnswer): void => {
    const { path = '', timer } = waiting.get(response) ?? {};
    clearTimeout(timer);
    waiting.delete(response);
    if (answer !== undefined) send(response, path, answer);
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (new URL(path, 'http://api').searchParams.get('since') !== String(version))
      return send(response, path, current());
    const timer = setTimeout(() => settle(response, { version: String(version) }), FEED_WAIT_MS).unref();
    waiting.set(response, { path, timer });
    return response.once('close', () => settle(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    signingKey: key.toString('hex'),
    change: (next) => {
      version += 1;
      snapshot = next;
      for (const response of [...waiting.keys()]) settle(response, current());
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
