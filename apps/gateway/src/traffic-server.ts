import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@tessera/platform-logging';
import {
  closeServer,
  contained,
  HttpError,
  FreshConnections,
  interceptConnections,
} from '@tessera/platform-http';
import { bounded } from './limits/body-size';
import type { RequestLimiter } from './limits/request-limiter';
import type { Metering } from './metering/metering';
import { OVER_HTTP1, Pace, type Exchange } from './limits/pace';
import type { GatewayMetrics } from './metrics';
import type { Admission } from './proxy/admission';
import { answerError } from './proxy/answers';
import type { CertificateFiles } from './listener/certificate-files';
import { continueOnRead } from './listener/expect-continue';
import { isStreamWithBody, OVER_HTTP2, watchIdle } from './listener/http2-exchange';
import { Http2Sessions, type RequestKind } from './listener/http2-server';
import { secureConnections } from './listener/secure-connections';
import type { Proxy } from './proxy/proxy';
import { handleUpgrade } from './proxy/upgrade';

/** Limits of callers' connections. */
export interface ConnectionLimits {
  /** Maximum concurrent connections. */
  readonly connections: number;
  /** Time limit for the head of a request, ms; also for a new connection to begin one. */
  readonly headMs: number;
  /**
   * Idle timeout of a caller that does not send the rest of its request or read its response, and of websockets, ms.
   */
  readonly idleMs: number;
  /**
   * Minimum bytes that a caller must send or read per {@link PACE_MS} while the gateway waits for it; 0 for no limit.
   */
  readonly leastBytes?: number;
  /** Interval of that check, ms; default {@link PACE_MS}. */
  readonly paceMs?: number;
  /** Largest body of a request, bytes; without a limit by default. */
  readonly bodyBytes?: number | undefined;
}

/** Interval at which the progress of callers is checked, ms. */
const PACE_MS = 10_000;

export interface TrafficDependencies {
  readonly proxy: Proxy;
  readonly admission: Admission;
  readonly limiter: RequestLimiter;
  readonly metering: Metering;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly limits: ConnectionLimits;
  /** The certificate of the listener; undefined for one without TLS. */
  readonly tls?: CertificateFiles | undefined;
}

export interface Traffic {
  readonly server: Server;
  /** Sockets that were detached from the server by an upgrade. */
  readonly upgraded: Set<Duplex>;
  /** Connections before their first request. */
  readonly fresh: FreshConnections;
  /** Connections over HTTP/2. */
  readonly sessions: Http2Sessions;
}

/** Longer than the idle time of common load balancers (60 s), so that they close first, ms. */
const KEEP_ALIVE_MS = 65_000;
/** Largest head of a request, bytes. */
const MOST_HEAD_BYTES = 16_384;
/** Checks for slow heads per timeout. */
const CHECKS = 4;
const SWEEP_MS = 100;

/** The server for callers of workloads. Whatever a caller or replica sends, it can end at most its own exchange. */
export function createTrafficServer({
  proxy,
  admission,
  limiter,
  metering,
  metrics,
  logger,
  limits,
  tls,
}: TrafficDependencies): Traffic {
  const exchanges = new WeakMap<Socket, Exchange>();
  const upgraded = new Set<Duplex>();
  const { paceMs = PACE_MS, leastBytes = 0 } = limits;
  const pace = new Pace(paceMs, leastBytes, OVER_HTTP1);
  const paceOfStreams = new Pace(paceMs, leastBytes, OVER_HTTP2);
  const failed = (error: unknown, _request: IncomingMessage, response: ServerResponse): void => {
    logger.error({ err: error }, 'internal error while serving a request');
    answerError(
      response,
      new HttpError(500, 'Internal error of the gateway; an operator finds the cause in its log'),
    );
    if (!response.writableEnded) response.destroy();
  };
  const handle = (exchange: Exchange, body: IncomingMessage | undefined, awaited: boolean): Promise<void> => {
    const { request, response } = exchange;
    response.on('error', () => response.destroy());
    if (awaited) continueOnRead(request, response);
    if (body === undefined) return proxy.handle(request, response, body);
    const accepted = bounded(body, response, limits.bodyBytes);
    return accepted === undefined ? Promise.resolve() : proxy.handle(request, response, accepted);
  };
  const begin =
    (awaited: boolean) =>
    (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (!server.listening) response.setHeader('connection', 'close');
      const exchange = { request, response };
      exchanges.set(request.socket, exchange);
      pace.watch(exchange);
      return handle(exchange, hasBody(request) ? request : undefined, awaited);
    };
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      // No time limit for uploads that progress. Without `requestTimeout`, Node limits the head only by
      // `headersTimeout`.
      requestTimeout: 0,
      headersTimeout: limits.headMs,
      connectionsCheckingInterval: Math.max(1, Math.floor(limits.headMs / CHECKS)),
      maxHeaderSize: MOST_HEAD_BYTES,
    },
    contained(begin(false), failed),
  );
  server.on('checkContinue', contained(begin(true), failed));
  server.on(
    'checkExpectation',
    contained(
      (request: IncomingMessage, response: ServerResponse) => proxy.refuseExpectation(request, response),
      failed,
    ),
  );
  // Headers are limited in bytes; with a limit on their number, Node would silently drop the rest.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  // At the limit of connections, those that are idle between two requests are closed to make room.
  server.on('drop', () => {
    server.closeIdleConnections();
    sessions.closeIdle();
  });
  const stalls = (exchange: Exchange): boolean =>
    !admission.isWaiting(exchange.response) && isCallersTurn(exchange);
  server.setTimeout(
    limits.idleMs,
    contained(
      (socket: Socket) => {
        const exchange = exchanges.get(socket);
        if (exchange === undefined || stalls(exchange)) socket.destroy();
        else socket.setTimeout(limits.idleMs);
      },
      (_error, socket) => socket.destroy(),
    ),
  );
  server.on(
    'upgrade',
    contained(
      (request: IncomingMessage, socket: Socket, head: Buffer) => {
        upgraded.add(socket);
        socket.once('close', () => upgraded.delete(socket));
        return handleUpgrade(
          {
            proxy,
            admission,
            limiter,
            metering,
            metrics,
            idleMs: limits.idleMs,
            bodyBytes: limits.bodyBytes,
          },
          request,
          socket,
          head,
        );
      },
      (error, _request, socket) => {
        logger.error({ err: error }, 'internal error while serving an upgrade');
        socket.destroy();
      },
    ),
  );
  const sessions = new Http2Sessions(
    {
      streams: limits.connections,
      headMs: limits.headMs,
      keepAliveMs: KEEP_ALIVE_MS,
      headBytes: MOST_HEAD_BYTES,
    },
    contained(
      (exchange: Exchange, kind: RequestKind) => {
        const { request, response } = exchange;
        watchIdle(exchange, limits.idleMs, () => stalls(exchange));
        paceOfStreams.watch(exchange);
        if (kind === 'connect')
          return answerError(response, new HttpError(405, 'The gateway does not support CONNECT'));
        if (kind === 'expect-unknown') return proxy.refuseExpectation(request, response);
        return handle(exchange, isStreamWithBody(exchange) ? request : undefined, kind === 'expect-continue');
      },
      (error, { request, response }) => failed(error, request, response),
    ),
  );
  const http1 = interceptConnections(server, (socket) => accept(socket));
  const http2 = (socket: Socket): void => sessions.accept(socket);
  const fresh = new FreshConnections({ http1, http2 }, limits.headMs);
  const accept =
    tls === undefined
      ? (socket: Socket) => fresh.take(socket)
      : secureConnections(tls, { http1, http2 }, limits.headMs);
  return { server, upgraded, fresh, sessions };
}

/** Stops accepting connections; requests in flight get `graceMs` to finish, then all connections are closed. */
export async function drain({ server, upgraded, fresh, sessions }: Traffic, graceMs: number): Promise<void> {
  const closed = closeServer(server, graceMs);
  fresh.end();
  sessions.close();
  const limit = setTimeout(() => {
    upgraded.forEach((socket) => socket.destroy());
    sessions.destroy();
  }, graceMs);
  // Close connections that were busy at first as soon as they are idle.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await closed;
  clearTimeout(limit);
  clearInterval(sweep);
}

/**
 * Whether the gateway waits for the caller: to send the rest of the request, to read the response, or to send the next
 * request. Otherwise it waits for a replica, which has timeouts of its own.
 */
const isCallersTurn = ({ request, response }: Exchange): boolean =>
  response.writableEnded ? true : !request.complete || response.writableNeedDrain;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
