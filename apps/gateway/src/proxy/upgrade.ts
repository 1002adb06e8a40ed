import { request as httpRequest, ServerResponse, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough, pipeline, type Duplex } from 'node:stream';
import { HttpError } from '@tessera/platform-http';
import type { GatewayMetrics } from '../metrics';
import type { Replica } from '../routing/replica';
import type { Backend, Workload } from '../routing/workload';
import { answerError, badUpstream } from './answers';
import { requestHeaders, responseHeaders } from './headers';
import { CLIENT_LEFT, type Proxy } from './proxy';

/** Time to open the connection and to agree on the protocol, ms. */
const HANDSHAKE_MS = 60_000;

/**
 * Serves a request that offers another protocol. A websocket is joined to a replica end to end; any other offer (some
 * clients offer HTTP/2 with every first request) is turned down by answering it as an ordinary request.
 */
export async function handleUpgrade(
  proxy: Proxy,
  metrics: GatewayMetrics,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.once('finish', () => socket.end());
  // Node's server no longer looks after this socket.
  socket.on('drain', () => response.emit('drain'));
  socket.on('error', () => socket.destroy());
  if (request.headers.upgrade?.toLowerCase() !== 'websocket')
    return answerPlainly(proxy, request, response, socket, head);
  const target = proxy.resolve(request, response);
  if (target === undefined) return;
  const backend = target.workload.pick() ?? (await proxy.hold(target.workload, response));
  if (backend === undefined) return;
  const began = performance.now();
  backend.inFlight += 1;
  const code = await join(target.workload, backend, target.route.path, { request, response, socket, head });
  backend.inFlight -= 1;
  metrics.served(backend.replica, code, (performance.now() - began) / 1000);
}

interface Offer {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Offers the websocket to the replica; resolves with the status code when both sides have closed. */
function join(workload: Workload, backend: Backend, path: string, offer: Offer): Promise<number> {
  const { request, response, socket, head } = offer;
  const { replica } = backend;
  return new Promise((resolve) => {
    const upstream = offerTo(replica, path, request);
    const leave = (): void => {
      upstream.destroy();
      resolve(CLIENT_LEFT);
    };
    response.once('close', leave);
    upstream.once('timeout', () => upstream.destroy(new Error('timeout')));
    upstream.once('upgrade', (answer, replicaSocket, replicaHead) => {
      response.off('close', leave);
      upstream.setTimeout(0);
      response.detachSocket(socket as Socket);
      socket.write(switchingHead(answer));
      socket.write(replicaHead);
      replicaSocket.write(head);
      pipeline(socket, replicaSocket, socket, () => resolve(101));
    });
    upstream.once('response', (answer) => {
      response.off('close', leave);
      response.writeHead(answer.statusCode ?? 502, responseHeaders(answer.rawHeaders));
      pipeline(answer, response, () => resolve(answer.statusCode ?? 502));
    });
    upstream.once('error', (error) => {
      if (!response.destroyed) answerError(response, badUpstream(workload, replica.pod, error));
      resolve(502);
    });
    upstream.end();
  });
}

/** The client's offer on a connection of its own. */
function offerTo(replica: Replica, path: string, request: IncomingMessage): ClientRequest {
  const url = new URL(`http://${replica.address}`);
  const origin = {
    remoteAddress: request.socket.remoteAddress ?? 'unknown',
    prefix: `/${replica.project}/${replica.workload}`,
  };
  return httpRequest({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path,
    method: 'GET',
    agent: false,
    timeout: HANDSHAKE_MS,
    headers: [...requestHeaders(request, origin), 'connection', 'upgrade', 'upgrade', 'websocket'],
  });
}

/** The head of a 101 as the replica wrote it; here the connection headers do belong to both sides. */
function switchingHead({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode ?? 101} ${statusMessage ?? ''}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Node hands over the bare socket with such an offer, so the body is cut from it by its stated length. */
function answerPlainly(
  proxy: Proxy,
  request: IncomingMessage,
  response: ServerResponse,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  if (request.headers['transfer-encoding'] !== undefined) {
    const message = 'A request that offers an upgrade needs content-length; or send it without the offer';
    answerError(response, new HttpError(411, message));
    return Promise.resolve();
  }
  const length = Number(request.headers['content-length'] ?? 0);
  if (length === 0) {
    socket.resume();
    return proxy.handle(request, response, undefined);
  }
  const body = new PassThrough();
  let missing = length;
  const take = (chunk: Buffer): void => {
    const mine = chunk.subarray(0, missing);
    missing -= mine.length;
    if (mine.length > 0 && !body.write(mine) && missing > 0) socket.pause();
    if (missing === 0 && !body.writableEnded) body.end();
  };
  body.on('drain', () => socket.resume());
  take(head);
  socket.on('data', take);
  return proxy.handle(request, response, body);
}
