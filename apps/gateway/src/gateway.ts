import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Health, Stop } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { ADMIN_PATHS, closeServer, HttpError, serveAdmin } from '@tessera/platform-http';
import type { Registry } from '@tessera/platform-telemetry';
import { GatewayMetrics } from './metrics';
import { answerError } from './proxy/answers';
import { Proxy } from './proxy/proxy';
import { handleUpgrade } from './proxy/upgrade';
import { Upstreams } from './proxy/upstreams';
import type { ReplicaSource } from './routing/replica';
import { RoutingTable } from './routing/routing-table';

export interface GatewayParts {
  readonly source: ReplicaSource;
  readonly health: Health;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Longest time a request waits for a replica, ms. */
  readonly holdMs: number;
  /** Most requests of one workload that wait at the same time; default {@link HOLD_LIMIT}. */
  readonly holdLimit?: number;
  /** How long requests in flight may take after the stop began, ms; default {@link DRAIN_MS}. */
  readonly drainMs?: number;
}

/** As many as Knative's activator lets wait. */
const HOLD_LIMIT = 10_000;
/** Less than the hard limit of a stop (25 s). */
const DRAIN_MS = 20_000;
const SWEEP_MS = 100;
/** Longer than the idle time of common load balancers (60 s), so that it is they who close, ms. */
const KEEP_ALIVE_MS = 65_000;

export interface Gateway {
  /** Not listening yet. */
  readonly server: Server;
  /** Resolves once every replica is known. */
  start(): Promise<void>;
  /** What to stop, in order. */
  readonly stops: readonly Stop[];
}

/** Puts the gateway together: one server for traffic and the admin endpoints, fed by the source of replicas. */
export function createGateway(parts: GatewayParts): Gateway {
  const { source, health, registry, holdMs, holdLimit = HOLD_LIMIT } = parts;
  const now = (): number => performance.now();
  const table = new RoutingTable({ holdLimit, rememberMs: holdMs, now });
  const upstreams = new Upstreams();
  const metrics = new GatewayMetrics(registry, table, now);
  const proxy = new Proxy({ table, upstreams, metrics, holdMs, now, notReady: () => source.notReady() });
  health.addCheck('pods', () => source.notReady());
  const traffic = createTrafficServer(parts, proxy, metrics);
  return {
    server: traffic.server,
    start: () =>
      source.start((change) => {
        table.apply(change);
        if (change.type === 'present') metrics.announce(change.replica);
        else if (change.replica.address !== undefined) upstreams.drop(change.replica.address);
      }),
    stops: [
      { name: 'readiness', stop: () => health.beginStop() },
      {
        name: 'server',
        stop: () => {
          const closed = drain(traffic, parts.drainMs ?? DRAIN_MS);
          for (const workload of table.all()) workload.waiting.release('closed');
          return closed;
        },
      },
      { name: 'replicas', stop: () => source.stop() },
      { name: 'upstreams', stop: () => upstreams.close() },
    ],
  };
}

interface Traffic {
  readonly server: Server;
  /** Sockets that an upgrade took out of the server's hands. */
  readonly upgraded: Set<Duplex>;
}

/** Takes nothing new; what is under way gets `graceMs`, then every connection is cut. */
async function drain({ server, upgraded }: Traffic, graceMs: number): Promise<void> {
  const closed = closeServer(server, graceMs);
  const limit = setTimeout(() => upgraded.forEach((socket) => socket.destroy()), graceMs);
  // Connections that were busy when the stop began end as soon as they are idle.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await closed;
  clearTimeout(limit);
  clearInterval(sweep);
}

function createTrafficServer(parts: GatewayParts, proxy: Proxy, metrics: GatewayMetrics): Traffic {
  const { health, registry, logger } = parts;
  const failed = (response: ServerResponse, error: unknown): void => {
    logger.error({ err: error }, 'a request failed inside the gateway');
    answerError(response, new HttpError(500, 'The gateway failed; its log has the cause'));
  };
  // Uploads may take as long as they need; only the head has a limit (Node's default of 60 s).
  const options = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 };
  const server = createServer(options, (request, response) => {
    if (!server.listening) response.setHeader('connection', 'close');
    const served = isAdminPath(request.url ?? '/')
      ? serveAdmin({ health, registry }, request, response)
      : proxy.handle(request, response, hasBody(request) ? request : undefined);
    served.catch((error: unknown) => failed(response, error));
  });
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    handleUpgrade(proxy, metrics, request, socket, head).catch((error: unknown) => {
      logger.error({ err: error }, 'an upgrade failed inside the gateway');
      socket.destroy();
    });
  });
  return { server, upgraded };
}

const ADMIN: ReadonlySet<string> = new Set(ADMIN_PATHS);

/** Admin paths have one segment, routes at least two: no project can hide them. */
const isAdminPath = (url: string): boolean => ADMIN.has(url.split('?', 1)[0] ?? '');

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
