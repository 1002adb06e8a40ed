import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@tessera/platform-logging';
import { closeServer, contained, HttpError } from '@tessera/platform-http';
import type { GatewayMetrics } from './metrics';
import { answerError } from './proxy/answers';
import type { Proxy } from './proxy/proxy';
import { handleUpgrade } from './proxy/upgrade';

/** What connections of callers may cost. */
export interface TrafficLimits {
  /** Most connections at the same time. */
  readonly connections: number;
  /** Longest time for the head of a request to arrive, ms; also that of a connection to begin with one. */
  readonly headMs: number;
  /** How long a caller may neither send what it announced nor take what it asked for, ms; the same for websockets. */
  readonly idleMs: number;
}

export interface TrafficParts {
  readonly proxy: Proxy;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly limits: TrafficLimits;
}

export interface Traffic {
  readonly server: Server;
  /** Sockets that an upgrade took out of the server's hands. */
  readonly upgraded: Set<Duplex>;
}

/** Longer than the idle time of common load balancers (60 s), so that it is they who close, ms. */
const KEEP_ALIVE_MS = 65_000;
/** Largest head of a request, bytes. */
const MOST_HEAD_BYTES = 16_384;
/** How often heads that are too slow are looked for, as a part of their time. */
const CHECKS = 4;
const SWEEP_MS = 100;

/** The server for callers of workloads: whatever they or the replicas send ends one exchange at most. */
export function createTrafficServer({ proxy, metrics, logger, limits }: TrafficParts): Traffic {
  const under = new WeakMap<Socket, Exchange>();
  const upgraded = new Set<Duplex>();
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Uploads may take as long as they go on. Without a limit for the whole, Node has none for the head unless told.
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
  // Their bytes are limited; with a limit of their number Node would leave the last ones out and say nothing.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  // Whoever waits between two requests makes room for the next caller.
  server.on('drop', () => server.closeIdleConnections());
  server.setTimeout(
    limits.idleMs,
    contained(
      (socket: Socket) => {
        const exchange = under.get(socket);
        if (exchange === undefined || isCallersTurn(exchange)) socket.destroy();
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
        return handleUpgrade({ proxy, metrics, idleMs: limits.idleMs }, request, socket, head);
      },
      (error, _request, socket) => {
        logger.error({ err: error }, 'an upgrade failed inside the gateway');
        socket.destroy();
      },
    ),
  );
  return { server, upgraded };
}

/** Takes nothing new; what is under way gets `graceMs`, then every connection is cut. */
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
 * True where nothing goes on because of the caller: it does not send the rest, does not take the answer, or has asked
 * for nothing. Otherwise it waits for a replica, whose silence has limits of its own.
 */
const isCallersTurn = ({ request, response }: Exchange): boolean =>
  response.writableEnded ? true : !request.complete || response.writableNeedDrain;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
