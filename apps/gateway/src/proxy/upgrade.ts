import { request as httpRequest, ServerResponse, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { contained } from '@tessera/platform-http';
import type { RequestLimiter } from '../limits/request-limiter';
import type { Metering } from '../metering/metering';
import type { GatewayMetrics } from '../metrics';
import type { Backend } from '../routing/backend';
import { answerHead, MalformedAnswer, switchingHead } from './headers';
import { answerPlainly } from './plain-answer';
import type { Admission } from './admission';
import { CLIENT_LEFT } from './answers';
import { mountWithCookie, type Proxy, type Target } from './proxy';
import { addressAt } from '../upstream/upstreams';

/** Time to open the connection and to negotiate the protocol, ms. */
const HANDSHAKE_MS = 60_000;

export interface UpgradeDependencies {
  readonly proxy: Proxy;
  readonly admission: Admission;
  readonly limiter: RequestLimiter;
  readonly metering: Metering;
  readonly metrics: GatewayMetrics;
  /** Idle timeout of a websocket, without data in either direction, ms. */
  readonly idleMs: number;
  /** Largest body of a request, bytes; without a limit by default. */
  readonly bodyBytes?: number | undefined;
}

/**
 * Serves a request with an upgrade offer. A websocket is connected to a replica end to end; any other offer (some
 * clients offer HTTP/2 with every first request) is declined: the request is served as an ordinary one.
 */
export async function handleUpgrade(
  dependencies: UpgradeDependencies,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { proxy, admission, limiter, metrics } = dependencies;
  const response = responseOn(request, socket as Socket, dependencies);
  if (!offersWebsocket(request))
    return answerPlainly(proxy, request, response, socket, head, dependencies.bodyBytes);
  const target = await proxy.resolve(request, response);
  if (target === undefined) return;
  const permit = limiter.acquire(request, response, target);
  if (permit === undefined) return;
  permit.setHeaders(response);
  const preference = proxy.preferenceOf(request, target);
  const { workload, path } = target;
  const admitted = await admission.admit(workload, path, response, permit, { preference });
  if (admitted === undefined) return permit.release();
  const { backend } = admitted;
  const began = performance.now();
  const onFirstByte = (): void => admission.firstByte(admitted, backend);
  try {
    const mount = mountWithCookie(backend, target.mount, preference);
    const code = await join(proxy, {
      ...target,
      mount,
      backend,
      request,
      response,
      socket,
      head,
      onFirstByte,
    });
    metrics.served(backend.replica, code, (performance.now() - began) / 1000);
    const { replica } = backend;
    const answered = code !== CLIENT_LEFT && code < 502;
    dependencies.metering.ended({ ...target, permit, replica, counted: admitted.counted, answered });
  } finally {
    target.workload.release(backend);
    admission.finish(admitted, backend);
    permit.release();
  }
}

/** Whether the request is a websocket handshake: a GET without a body (RFC 6455 §4.1). */
const offersWebsocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['transfer-encoding'] === undefined &&
  Number(headers['content-length'] ?? 0) === 0;

/** A response on the bare socket: Node's server no longer manages it. */
function responseOn(
  request: IncomingMessage,
  socket: Socket,
  { idleMs, admission }: Pick<UpgradeDependencies, 'idleMs' | 'admission'>,
): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  // Without error listeners, an error would end the process.
  response.on('error', () => undefined);
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => response.emit('drain'));
  socket.setTimeout(idleMs, () => {
    // A request that waits for a replica is idle because of the gateway: its timer starts again.
    if (!admission.isWaiting(response)) socket.destroy();
    else socket.setTimeout(idleMs);
  });
  return response;
}

interface Offer extends Target {
  readonly backend: Backend;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** Called when the replica has accepted the websocket. */
  readonly onFirstByte: () => void;
}

/**
 * Offers the websocket to the replica; resolves with the status code when both sides have closed. Never rejects,
 * whatever the replica sends.
 */
function join(proxy: Proxy, offer: Offer): Promise<number> {
  const { workload, backend, response } = offer;
  return new Promise((resolve) => {
    const path = proxy.pathFor(offer.request, offer);
    const upstream = offerTo(backend, { ...offer, path }, proxy.headersFor(offer.request, offer));
    let over = false;
    const fail = (error: unknown): void => {
      if (over) return;
      over = true;
      upstream.destroy();
      resolve(proxy.failed(backend, workload, asError(error), response));
      if (!response.writableEnded) offer.socket.destroy();
    };
    const leave = (): void => {
      over = true;
      upstream.destroy();
      resolve(CLIENT_LEFT);
    };
    const stay = (): unknown => response.off('close', leave);
    response.once('close', leave);
    upstream.once('timeout', () => upstream.destroy(new Error('the handshake timed out')));
    upstream.once(
      'upgrade',
      contained(
        (answer: IncomingMessage, replicaSocket: Socket, replicaHead: Buffer) => {
          // Attach the listener before anything that may fail: nothing else listens to this socket from now on.
          replicaSocket.on('error', () => replicaSocket.destroy());
          const switching = switchingHead(websocketOf(answer).rawHeaders, offer.mount);
          stay();
          offer.onFirstByte();
          upstream.setTimeout(0);
          connect(offer, switching, replicaSocket, replicaHead, () => resolve(101));
        },
        (error, _answer, replicaSocket) => {
          replicaSocket.destroy();
          fail(error);
        },
      ),
    );
    upstream.once(
      'response',
      contained((answer: IncomingMessage) => {
        const { status, headers } = answerHead(answer.statusCode ?? 0, answer.rawHeaders, offer.mount);
        stay();
        response.writeHead(status, headers);
        pipeline(answer, response, () => resolve(status));
      }, fail),
    );
    upstream.on(
      'error',
      contained(fail, () => offer.socket.destroy()),
    );
    upstream.end();
  });
}

/** Connects both sockets; `closed` is called when they have closed. */
function connect(
  { response, socket, head }: Offer,
  switching: string,
  replicaSocket: Socket,
  replicaHead: Buffer,
  closed: () => void,
): void {
  response.detachSocket(socket as Socket);
  socket.write(switching, 'latin1');
  socket.write(replicaHead);
  replicaSocket.write(head);
  pipeline(socket, replicaSocket, socket, closed);
}

/** The response, if it accepts the websocket; throws for any other protocol, which was not offered (RFC 6455 §4.1). */
function websocketOf(answer: IncomingMessage): IncomingMessage {
  if (answer.statusCode === 101 && answer.headers.upgrade?.toLowerCase() === 'websocket') return answer;
  throw new MalformedAnswer(`status ${answer.statusCode} with another protocol than a websocket`);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Sends the client's offer to the replica on a connection of its own. */
function offerTo(
  { replica }: Backend,
  { path, port }: Pick<Target, 'path' | 'port'>,
  headers: readonly string[],
): ClientRequest {
  const url = new URL(`http://${addressAt(replica.address ?? '', port)}`);
  return httpRequest({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path,
    method: 'GET',
    agent: false,
    timeout: HANDSHAKE_MS,
    headers: [...headers, 'connection', 'upgrade', 'upgrade', 'websocket'],
  });
}
