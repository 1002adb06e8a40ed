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
import type { Gate } from './limits/gate';
import type { Metering } from './metering/metering';
import { OVER_HTTP1, Pace, type Exchange } from './limits/pace';
import type { GatewayMetrics } from './metrics';
import type { Admission } from './proxy/admission';
import { answerError } from './proxy/answers';
import type { CertificateFiles } from './listener/certificate-files';
import { continueOnRead } from './listener/expect-continue';
import { isStreamWithBody, OVER_HTTP2, watchIdle } from './listener/http2-exchange';
import { Http2Sessions, type Asked } from './listener/http2-server';
import { secureConnections } from './listener/secure-connections';
import type { Proxy } from './proxy/proxy';
import { handleUpgrade } from './proxy/upgrade';

/** Limits of callers' connections. */
export interface TrafficLimits {
  /** Most connections at the same time. */
  readonly connections: number;
  /** Longest time for the head of a request to arrive, ms; also for a new connection to begin one. */
  readonly headMs: number;
  /** Longest time a caller may neither send what it announced nor read its response, ms; the same for websockets. */
  readonly idleMs: number;
  /** Least bytes that a caller sends or reads in {@link PACE_MS} where it is its turn; 0 for no such limit. */
  readonly leastBytes?: number;
  /** Interval of that check, ms; default {@link PACE_MS}. */
  readonly paceMs?: number;
  /** Largest body of a request, bytes; without a limit by default. */
  readonly bodyBytes?: number | undefined;
}

/** Interval in which slow callers must have moved something, ms. */
const PACE_MS = 10_000;

export interface TrafficDependencies {
  readonly proxy: Proxy;
  readonly admission: Admission;
  readonly gate: Gate;
  readonly metering: Metering;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly limits: TrafficLimits;
  /** The certificate of the listener; undefined for one without TLS. */
  readonly tls?: CertificateFiles | undefined;
}

export interface Traffic {
  readonly server: Server;
  /** Sockets that an upgrade detached from the server. */
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
/** Interval of the check for slow heads, as a part of their timeout. */
const CHECKS = 4;
const SWEEP_MS = 100;

/** The server for callers of workloads: whatever they or the replicas send ends at most one exchange. */
export function createTrafficServer({
  proxy,
  admission,
  gate,
  metering,
  metrics,
  logger,
  limits,
  tls,
}: TrafficDependencies): Traffic {
  const under = new WeakMap<Socket, Exchange>();
  const upgraded = new Set<Duplex>();
  const { paceMs = PACE_MS, leastBytes = 0 } = limits;
  const pace = new Pace(paceMs, leastBytes, OVER_HTTP1);
  const paceOfStreams = new Pace(paceMs, leastBytes, OVER_HTTP2);
  const failed = (error: unknown, _request: IncomingMessage, response: ServerResponse): void => {
    logger.error({ err: error }, 'a request failed inside the gateway');
    answerError(response, new HttpError(500, 'The gateway failed; its log has the cause'));
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
      under.set(request.socket, exchange);
      pace.watch(exchange);
      return handle(exchange, hasBody(request) ? request : undefined, awaited);
    };
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Uploads may take as long as they progress. Without a limit for the whole request, Node has none for the head
      // unless set.
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
  // Headers are limited in bytes; with a limit of their number Node would silently drop the last ones.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  // Connections that are idle between two requests are closed for new callers.
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
        const exchange = under.get(socket);
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
          { proxy, admission, gate, metering, metrics, idleMs: limits.idleMs, bodyBytes: limits.bodyBytes },
          request,
          socket,
          head,
        );
      },
      (error, _request, socket) => {
        logger.error({ err: error }, 'an upgrade failed inside the gateway');
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
      (exchange: Exchange, asked: Asked) => {
        const { request, response } = exchange;
        watchIdle(exchange, limits.idleMs, () => stalls(exchange));
        paceOfStreams.watch(exchange);
        if (asked === 'tunnel') return answerError(response, new HttpError(405, 'CONNECT is not served'));
        if (asked === 'unknown') return proxy.refuseExpectation(request, response);
        return handle(exchange, isStreamWithBody(exchange) ? request : undefined, asked === 'continue');
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

/** Accepts nothing new; requests in flight get `graceMs`, then every connection is cut. */
export async function drain({ server, upgraded, fresh, sessions }: Traffic, graceMs: number): Promise<void> {
  const closed = closeServer(server, graceMs);
  fresh.end();
  sessions.close();
  const limit = setTimeout(() => {
    upgraded.forEach((socket) => socket.destroy());
    sessions.destroy();
  }, graceMs);
  // Connections that were busy when the stop began end as soon as they are idle.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await closed;
  clearTimeout(limit);
  clearInterval(sweep);
}

/**
 * Whether the exchange stalls because of the caller: it does not send the rest, does not read the response, or has sent
 * no request. Otherwise it waits for a replica, whose silence has its own limits.
 */
const isCallersTurn = ({ request, response }: Exchange): boolean =>
  response.writableEnded ? true : !request.complete || response.writableNeedDrain;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
