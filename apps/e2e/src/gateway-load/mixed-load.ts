import { request as httpRequest, type Agent, type ClientRequest, type RequestOptions } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';

/** Where requests go. */
export interface Road {
  readonly port: number;
  /** `/<project>/<workload>`. */
  readonly prefix: string;
  /** `<project>/<workload>`. */
  readonly model: string;
}

/** What became of the requests, by kind and outcome. */
export type Tally = Map<string, number>;

const UPLOAD_BYTES = 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'x');
const LIMIT_MS = 30_000;

type Kind = (road: Road, agent: Agent, random: () => number) => Promise<string>;

/** Kinds of exchanges, each as often as it stands here. */
const KINDS: readonly (readonly [string, Kind])[] = [
  ['plain', (road, agent) => sent(road, agent, chat(road, false))],
  ['plain', (road, agent) => sent(road, agent, chat(road, false), '/v1/chat/completions')],
  ['stream', (road, agent) => sent(road, agent, chat(road, true))],
  ['stream', (road, agent) => sent(road, agent, chat(road, true), '/v1/chat/completions')],
  ['upload', (road, agent) => uploaded(road, agent, UPLOAD_BYTES)],
  ['cut upload', (road, agent, random) => uploaded(road, agent, random() * UPLOAD_BYTES)],
  ['cancelled', (road, agent, random) => cancelled(road, agent, random() * 60)],
  ['unknown', (road, agent) => sent({ ...road, prefix: '/nobody/nothing' }, agent, '')],
  ['websocket', (road) => websocket(road)],
  ['http2', (road) => overHttp2(road)],
  ['half a head', (road) => raw(road, `GET ${road.prefix}/ HTTP/1.1\r\nHost`)],
  ['garbage', (road) => raw(road, '\x16\x03\x01\x02\0\x01\r\n\r\n')],
];

/** Sends exchanges of all kinds, one after the other, until `until`; counts how they ended. */
export async function mixedLoad(
  road: Road,
  agent: Agent,
  random: () => number,
  until: number,
  tally: Tally,
): Promise<void> {
  while (performance.now() < until) {
    const [name, kind] = KINDS[Math.floor(random() * KINDS.length)] ?? KINDS[0] ?? [];
    if (name === undefined || kind === undefined) return;
    const outcome = `${name}: ${await kind(road, agent, random)}`;
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  }
}

const chat = ({ model }: Road, stream: boolean): string =>
  JSON.stringify({ model, ...(stream ? { stream } : {}), messages: [{ role: 'user', content: 'hi' }] });

/** Status of the answer when it is complete, or how the exchange broke. */
function exchange(options: RequestOptions, begin: (request: ClientRequest) => void): Promise<string> {
  return new Promise((resolve) => {
    const request = httpRequest({ host: '127.0.0.1', timeout: LIMIT_MS, ...options }, (response) => {
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', () => resolve('broken'));
      response.on('close', () => resolve('broken'));
      response.resume();
    });
    request.on('timeout', () => {
      resolve('hung');
      request.destroy();
    });
    request.on('error', () => resolve('broken'));
    request.on('close', () => resolve('broken'));
    begin(request);
  });
}

const sent = (
  { port, prefix }: Road,
  agent: Agent,
  body: string,
  path = `${prefix}/v1/chat/completions`,
): Promise<string> =>
  exchange(
    { port, agent, method: 'POST', path, headers: { 'content-type': 'application/json' } },
    (request) => request.end(body),
  );

/** Chunked; cut off where it is not the whole length. */
const uploaded = ({ port, prefix }: Road, agent: Agent, bytes: number): Promise<string> =>
  exchange({ port, agent, method: 'POST', path: `${prefix}/upload` }, (request) => {
    const next = (left: number): void => {
      if (request.destroyed) return;
      if (left > 0) return void request.write(PIECE, () => next(left - PIECE.length));
      if (bytes === UPLOAD_BYTES) request.end();
      else request.destroy();
    };
    next(bytes);
  });

const cancelled = (road: Road, agent: Agent, afterMs: number): Promise<string> =>
  exchange(
    {
      port: road.port,
      agent,
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
    },
    (request) => {
      request.end(chat(road, true));
      setTimeout(() => request.destroy(), afterMs);
    },
  );

/** Opens a websocket, sends a few bytes, gets them back and leaves. */
function websocket({ port, prefix }: Road): Promise<string> {
  return new Promise((resolve) => {
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    };
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path: `${prefix}/ws`,
      headers,
      timeout: LIMIT_MS,
    });
    request.on('timeout', () => {
      resolve('hung');
      request.destroy();
    });
    request.on('upgrade', (_response, socket) => {
      socket.on('error', () => resolve('broken'));
      socket.on('close', () => resolve('broken'));
      socket.write('hello');
      socket.once('data', () => {
        resolve('101');
        socket.destroy();
      });
    });
    request.on('response', (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    request.on('error', () => resolve('broken'));
    request.end();
  });
}

/** A few streams over one connection of HTTP/2, one of them cancelled. */
function overHttp2(road: Road): Promise<string> {
  return new Promise((resolve) => {
    const session = connectHttp2(`http://127.0.0.1:${road.port}`);
    const limit = setTimeout(() => end('hung'), LIMIT_MS);
    const end = (outcome: string): void => {
      clearTimeout(limit);
      resolve(outcome);
      session.destroy();
    };
    session.on('error', () => end('broken'));
    session.on('close', () => end('broken'));
    const begin = (stream: boolean) => {
      const one = session.request({
        ':method': 'POST',
        ':path': '/v1/chat/completions',
        'content-type': 'application/json',
      });
      one.on('error', () => undefined);
      one.end(chat(road, stream));
      return one;
    };
    begin(true).once('data', function (this: { close(): void }) {
      this.close();
    });
    const last = begin(false);
    last.on('response', (headers) => {
      last.resume();
      last.once('end', () => end(String(headers[':status'])));
    });
    last.on('close', () => end('broken'));
  });
}

/** Sends bytes that are no request and leaves after a moment. */
function raw({ port }: Road, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes, 'latin1');
      setTimeout(() => socket.destroy(), 50);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve('over'));
  });
}
