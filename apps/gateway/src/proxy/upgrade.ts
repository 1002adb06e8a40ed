import { request as httpRequest, ServerResponse, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { contained } from '@tessera/platform-http';
import type { Gate } from '../limits/gate';
import type { Metering } from '../metering/metering';
import type { GatewayMetrics } from '../metrics';
import type { Backend } from '../routing/backend';
import { answerHead, MalformedAnswer, switchingHead } from './headers';
import { answerPlainly } from './plain-answer';
import type { Admission } from './admission';
import { CLIENT_LEFT } from './answers';
import { placeAt, type Proxy, type Target } from './proxy';
import { addressAt } from '../upstream/upstreams';

/** Time to open the connection and to negotiate the protocol, ms. */
const HANDSHAKE_MS = 60_000;

export interface UpgradeDependencies {
  readonly proxy: Proxy;
  readonly admission: Admission;
  readonly gate: Gate;
  readonly metering: Metering;
  readonly metrics: GatewayMetrics;
  /** How long a joined websocket may be silent in both directions, ms. */
  readonly idleMs: number;
  /** Largest body of a request, bytes; without a limit by default. */
  readonly bodyBytes?: number | undefined;
}

/**
 * Serves a request with an upgrade offer. A websocket is joined to a replica end to end; any other offer (some clients
 * offer HTTP/2 with every first request) is declined by serving it as an ordinary request.
 */
export async function handleUpgrade(
  dependencies: UpgradeDependencies,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { proxy, admission, gate, metrics } = dependencies;
  const response = responseOn(request, socket as Socket, dependencies);
  if (!offersWebsocket(request))
    return answerPlainly(proxy, request, response, socket, head, dependencies.bodyBytes);
  const target = await proxy.resolve(request, response);
  if (target === undefined) return;
  const passage = gate.enter(request, response, target);
  if (passage === undefined) return;
  passage.state(response);
  const preference = proxy.preferenceOf(request, target);
  const { workload, path } = target;
  const admitted = await admission.admit(workload, path, response, passage, { preference });
  if (admitted === undefined) return passage.end();
  const { backend } = admitted;
  const began = performance.now();
  const onFirstByte = (): void => admission.firstByte(admitted, backend);
  try {
    const place = placeAt(backend, target.place, preference);
    const code = await join(proxy, {
      ...target,
      place,
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
    dependencies.metering.ended({ ...target, passage, replica, counted: admitted.counted, answered });
  } finally {
    target.workload.release(backend);
    admission.finish(admitted, backend);
    passage.end();
  }
}

/** A handshake is a GET without a body (RFC 6455 §4.1). */
const offersWebsocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['transfer-encoding'] === undefined &&
  Number(headers['content-length'] ?? 0) === 0;

/** A response on the bare socket, which Node's server no longer manages. */
function responseOn(
  request: IncomingMessage,
  socket: Socket,
  { idleMs, admission }: Pick<UpgradeDependencies, 'idleMs' | 'admission'>,
): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  // Both are destroyed by then; without error listeners the process would crash.
  response.on('error', () => undefined);
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => response.emit('drain'));
  socket.setTimeout(idleMs, () => {
    // One that waits for a replica is silent because of us; the timer begins again by itself.
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
 * Offers the websocket to the replica; resolves with the status code when both sides have closed. Any response of the
 * replica, and any failure in between, ends only this exchange.
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
    upstream.once('timeout', () => upstream.destroy(new Error('timeout')));
    upstream.once(
      'upgrade',
      contained(
        (answer: IncomingMessage, replicaSocket: Socket, replicaHead: Buffer) => {
          // Attach the listener before anything that may fail: nothing else listens to this socket from here on.
          replicaSocket.on('error', () => replicaSocket.destroy());
          const switching = switchingHead(websocketOf(answer).rawHeaders, offer.place);
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
        const { status, headers } = answerHead(answer.statusCode ?? 0, answer.rawHeaders, offer.place);
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

/** Joins both sockets; `closed` is called when they have closed. */
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

/** Only a websocket was offered (RFC 6455 §4.1: a client fails the connection at any other response). */
function websocketOf(answer: IncomingMessage): IncomingMessage {
  if (answer.statusCode === 101 && answer.headers.upgrade?.toLowerCase() === 'websocket') return answer;
  throw new MalformedAnswer(`status ${answer.statusCode} with another protocol than a websocket`);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Sends the client's offer on a separate connection. */
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
