import { request as httpRequest, type Agent, type ClientRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { PROJECT } from '@tessera/testing-services/stub-cluster';
import { CHAT, KEYS } from './changes';
import { ORIGIN, type GatewayProcess } from './gateway-process';

/** Where requests go. */
export type Road = Pick<GatewayProcess, 'port' | 'securePort'> & {
  /** Keeps connections in cleartext. */
  readonly agent: Agent;
};

/** What one exchange sends; most have few of these. */
interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Longest time of one exchange, ms: well above all that the gateway waits for. */
export const LIMIT_MS = 30_000;
/** Path of the public workload. */
export const PREFIX = `/${PROJECT}/${CHAT.name}`;
/** Path of the endpoint for all models. */
export const COMPLETIONS = '/v1/chat/completions';
const UPLOAD_BYTES = 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'x');

export const withKey = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

/** The body of a request for a chat. */
export const chat = (more: object = {}): string =>
  JSON.stringify({ model: CHAT.name, messages: [{ role: 'user', content: 'hi' }], ...more });

/** A chat whose prompt begins like that of others. */
export function sharedPrompt(random: () => number): string {
  const family = Math.floor(random() * 64);
  const content = `${`You are assistant ${family} and answer shortly. `.repeat(60)}${random()}`;
  return chat({ messages: [{ role: 'user', content }] });
}

/** Status of the answer when it is complete, or how the exchange broke; `seen` may judge the body. */
function exchange(
  options: RequestOptions & { readonly secure?: boolean },
  begin: (request: ClientRequest) => void,
  seen: (body: string) => boolean = () => true,
): Promise<string> {
  return new Promise((resolve) => {
    const call = options.secure === true ? httpsRequest : httpRequest;
    const whole = { host: '127.0.0.1', timeout: LIMIT_MS, rejectUnauthorized: false, ...options };
    const request = call(whole, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () =>
        resolve(response.statusCode === 200 && !seen(body) ? 'wrong' : String(response.statusCode)),
      );
      response.on('error', () => resolve('broken'));
      response.on('close', () => resolve('broken'));
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

/** A request with its whole body, in cleartext. */
export const sent = (
  { port, agent }: Road,
  { method = 'POST', path = `${PREFIX}${COMPLETIONS}`, headers = {}, body = chat() }: Sent,
  seen?: (body: string) => boolean,
): Promise<string> =>
  exchange(
    { port, agent, method, path, headers: { 'content-type': 'application/json', ...headers } },
    (request) => request.end(method === 'POST' ? body : undefined),
    seen,
  );

/** The same over a TLS connection of its own. */
export const sentSecurely = ({ securePort: port }: Road): Promise<string> =>
  exchange(
    {
      ...{ port, secure: true, agent: false, method: 'POST', path: COMPLETIONS },
      headers: { 'content-type': 'application/json', ...withKey(KEYS.wide) },
    },
    (request) => request.end(chat()),
  );

/** A stream, which has its usage exactly where the client asks for it. */
export function streamed(road: Road, { asks, ...rest }: Sent & { readonly asks: boolean }): Promise<string> {
  const body = chat({ stream: true, ...(asks ? { stream_options: { include_usage: true } } : {}) });
  return sent(
    road,
    { ...rest, body },
    (answer) => answer.includes('"usage"') === asks && answer.endsWith('data: [DONE]\n\n'),
  );
}

/** The body goes when the gateway asks for it. */
export const awaited = ({ port, agent }: Road): Promise<string> =>
  exchange(
    {
      ...{ port, agent, method: 'POST', path: `${PREFIX}/upload` },
      headers: { expect: '100-continue', 'content-length': 5 },
    },
    (request) => {
      request.on('continue', () => request.end('hello'));
      request.flushHeaders();
    },
  );

/** Chunked; cut off where it is not the whole length. */
export const uploaded = ({ port, agent }: Road, part = 1): Promise<string> =>
  exchange({ port, agent, method: 'POST', path: `${PREFIX}/upload` }, (request) => {
    const next = (left: number): void => {
      if (request.destroyed) return;
      if (left > 0) return void request.write(PIECE, () => next(left - PIECE.length));
      if (part === 1) request.end();
      else request.destroy();
    };
    next(part * UPLOAD_BYTES);
  });

/** A stream whose client leaves. */
export const cancelled = ({ port, agent }: Road, afterMs: number): Promise<string> =>
  exchange(
    {
      ...{ port, agent, method: 'POST', path: COMPLETIONS },
      headers: { 'content-type': 'application/json', ...withKey(KEYS.wide) },
    },
    (request) => {
      request.end(chat({ stream: true }));
      setTimeout(() => request.destroy(), afterMs);
    },
  );

/** A page asks whether it may send a request. */
export const preflight = (road: Road): Promise<string> =>
  sent(road, {
    method: 'OPTIONS',
    headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
  });

/** Opens a websocket, sends a few bytes, gets them back and leaves. */
export function websocket({ port }: Road): Promise<string> {
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
      path: `${PREFIX}/ws`,
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

/** Sends bytes that are no request and leaves after a moment. */
export function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes, 'latin1');
      setTimeout(() => socket.destroy(), 50);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve('over'));
  });
}
