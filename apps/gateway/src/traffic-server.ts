import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@tessera/platform-logging';
import { closeServer, contained, HttpError } from '@tessera/platform-http';
import type { Gate } from './limits/gate';
import type { GatewayMetrics } from './metrics';
import type { Admission } from './proxy/admission';
import { answerError } from './proxy/answers';
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
}

export interface TrafficDependencies {
  readonly proxy: Proxy;
  readonly admission: Admission;
  readonly gate: Gate;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly limits: TrafficLimits;
}

export interface Traffic {
  readonly server: Server;
  /** Sockets that an upgrade detached from the server. */
  readonly upgraded: Set<Duplex>;
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
  metrics,
  logger,
  limits,
}: TrafficDependencies): Traffic {
  const under = new WeakMap<Socket, Exchange>();
  const upgraded = new Set<Duplex>();
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
    contained(
      (request: IncomingMessage, response: ServerResponse) => {
        response.on('error', () => response.destroy());
        if (!server.listening) response.setHeader('connection', 'close');
        under.set(request.socket, { request, response });
        return proxy.handle(request, response, hasBody(request) ? request : undefined);
      },
      (error, _request, response) => {
        logger.error({ err: error }, 'a request failed inside the gateway');
        answerError(response, new HttpError(500, 'The gateway failed; its log has the cause'));
        if (!response.writableEnded) response.destroy();
      },
    ),
  );
  // Headers are limited in bytes; with a limit of their number Node would silently drop the last ones.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  // Connections that are idle between two requests are closed for new callers.
  server.on('drop', () => server.closeIdleConnections());
  server.setTimeout(
    limits.idleMs,
    contained(
      (socket: Socket) => {
        const exchange = under.get(socket);
        const isHeld = exchange !== undefined && admission.isWaiting(exchange.response);
        if (!isHeld && (exchange === undefined || isCallersTurn(exchange))) socket.destroy();
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
          { proxy, admission, gate, metrics, idleMs: limits.idleMs },
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
  return { server, upgraded };
}

/** Accepts nothing new; requests in flight get `graceMs`, then every connection is cut. */
export async function drain({ server, upgraded }: Traffic, graceMs: number): Promise<void> {
  const closed = closeServer(server, graceMs);
  const limit = setTimeout(() => upgraded.forEach((socket) => socket.destroy()), graceMs);
  // Connections that were busy when the stop began end as soon as they are idle.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await closed;
  clearTimeout(limit);
  clearInterval(sweep);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Whether the exchange stalls because of the caller: it does not send the rest, does not read the response, or has sent
 * no request. Otherwise it waits for a replica, whose silence has its own limits.
 */
const isCallersTurn = ({ request, response }: Exchange): boolean =>
  response.writableEnded ? true : !request.complete || response.writableNeedDrain;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
