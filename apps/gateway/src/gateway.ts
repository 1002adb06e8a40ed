import type { Server } from 'node:http';
import type { Health, Stop } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { closeServer, createAdminServer, type TrustedProxies } from '@tessera/platform-http';
import type { Registry } from '@tessera/platform-telemetry';
import { GatewayMetrics } from './metrics';
import { Complaints } from './proxy/complaints';
import type { OwnIssuers } from './proxy/credentials';
import { Proxy } from './proxy/proxy';
import { Upstreams } from './proxy/upstreams';
import type { ReplicaSource } from './routing/replica';
import { RoutingTable } from './routing/routing-table';
import { createTrafficServer, drain, type TrafficLimits } from './traffic-server';

/** Limits of what one caller can consume. */
export interface GatewayLimits extends TrafficLimits {
  /** Longest time a request waits for a replica, ms. */
  readonly holdMs: number;
  /** Most requests of one workload that wait at the same time. */
  readonly holdLimit: number;
  /** Most requests of all workloads that wait at the same time. */
  readonly holdTotal: number;
}

export interface GatewayDependencies {
  readonly source: ReplicaSource;
  readonly health: Health;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly limits: GatewayLimits;
  /** Issuers whose tokens are never forwarded. */
  readonly issuers: OwnIssuers;
  /** Proxies whose `x-forwarded-*` is trusted. */
  readonly trusted: TrustedProxies;
  /** Drain time of requests in flight after the stop began, ms; default {@link DRAIN_MS}. */
  readonly drainMs?: number;
}

/** Less than the hard limit of a stop (25 s). */
const DRAIN_MS = 20_000;

export interface Gateway {
  /** The server for callers of workloads, who are untrusted. Not listening yet. */
  readonly server: Server;
  /** Health and metrics, which name all workloads, on a separate port. Not listening yet. */
  readonly admin: Server;
  /** Resolves once every replica is known. */
  start(): Promise<void>;
  /** Services to stop, in order. */
  readonly stops: readonly Stop[];
}

/** Wires the gateway together: a server for traffic and one for operators, fed by the source of replicas. */
export function createGateway(parts: GatewayDependencies): Gateway {
  const { source, health, registry, logger, limits, issuers, trusted } = parts;
  const { holdMs, holdLimit, holdTotal } = limits;
  const now = (): number => performance.now();
  const table = new RoutingTable({ holdLimit, holdTotal, cacheMs: holdMs, now });
  const upstreams = new Upstreams();
  const metrics = new GatewayMetrics(registry, table, now);
  const complaints = new Complaints(logger, now);
  const notReady = (): string | undefined => source.notReady();
  const proxy = new Proxy({ table, upstreams, metrics, complaints, issuers, trusted, holdMs, now, notReady });
  health.addCheck('pods', notReady);
  const traffic = createTrafficServer({ proxy, metrics, logger, limits });
  const admin = createAdminServer({ health, registry });
  return {
    server: traffic.server,
    admin,
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
      { name: 'admin server', stop: () => closeServer(admin, 0) },
    ],
  };
}
