import type { Server } from 'node:http';
import type { TokenVerifier } from '@tessera/adapter-oidc';
import type { Issuers } from '@tessera/application-control-plane/identity';
import { maybe } from '@tessera/kernel';
import { realPacing, type Health, type Stop } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { closeServer, createAdminServer, HealthWatch, type TrustedProxies } from '@tessera/platform-http';
import type { Registry } from '@tessera/platform-telemetry';
import { AccessGuard } from './access/access-guard';
import type { KnownCallers } from './access/known-callers';
import { Feed, type FeedSource } from './feed/feed';
import { TokenCallers } from './access/token-callers';
import { RequestLimiter } from './limits/request-limiter';
import { Affinity } from './affinity/affinity';
import { KnownLimits } from './limits/known-limits';
import { Ledger } from './limits/ledger';
import { Metering } from './metering/metering';
import { UsageMinutes } from './metering/usage-minutes';
import { UsageReporter, type UsageSink } from './metering/usage-reporter';
import { OpenRequests } from './limits/open-requests';
import { GatewayMetrics } from './metrics';
import { ModelApi } from './openai/model-api';
import { AliasTable } from './openai/models/alias-table';
import { ModelNames } from './openai/models/model-names';
import { ModelBodies } from './openai/body/model-bodies';
import { Admission } from './proxy/admission';
import { FailureLog } from './proxy/failure-log';
import { ownIssuers } from './proxy/credentials';
import { Proxy } from './proxy/proxy';
import type { CertificateFiles } from './listener/certificate-files';
import { exportCertificate } from './listener/certificate-series';
import { LoadReporter, type Schedulers } from './reporting/load-reporter';
import type { ReplicaSource } from './routing/replica';
import { Addresses } from './routing/addresses';
import { RoutingTable } from './routing/routing-table';
import { Upstreams } from './upstream/upstreams';
import { createTrafficServer, drain, type Traffic, type ConnectionLimits } from './traffic-server';

/** Limits of what callers can consume. */
export interface GatewayLimits extends ConnectionLimits {
  /** Longest time a request waits for a replica, ms. */
  readonly holdMs: number;
  /** Maximum requests of one workload that wait at the same time. */
  readonly holdLimit: number;
  /** Maximum requests of all workloads that wait at the same time. */
  readonly holdTotal: number;
  /** Maximum open requests, waiting or at a replica; default {@link MOST_OPEN}. */
  readonly openTotal?: number;
  /** Memory for bodies that are read to find their model, all requests together, bytes; default 256 MiB. */
  readonly readBytes?: number;
  /** Timeout of a replica for the first byte of its response, ms; default {@link REPLICA_MS}. */
  readonly firstByteMs?: number;
  /** Idle timeout of a replica within its response, ms; default {@link REPLICA_MS}. */
  readonly streamIdleMs?: number;
  /** Time limit of requests to workloads that set none, ms; no limit by default. */
  readonly requestMs?: number | undefined;
}

/** Announces this process as one of the gateways of the cluster. */
export interface Membership {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Why the schedulers do not know this gateway yet; undefined when they do. */
  notReady(): string | undefined;
}

export interface GatewayDependencies {
  /** Identity of this process in load reports. */
  readonly gatewayId: string;
  /** Absent where no scheduler is configured: then load is not reported and no workload is woken. */
  readonly schedulers?: Schedulers & UsageSink;
  readonly membership?: Membership;
  /** Interval of the load reports, ms; default once a second. */
  readonly reportEveryMs?: number;
  /** Interval of the usage reports, ms; default once a minute. */
  readonly usageEveryMs?: number;
  /** Quiet paths, without query: requests to them wake no workload. */
  readonly quietPaths?: readonly string[];
  /** Workloads have hosts below this domain; undefined where they have path prefixes instead. */
  readonly domain?: string | undefined;
  /** Projects whose workloads may receive the tokens of their callers; `*` for all, none by default. */
  readonly tokenProjects?: readonly string[];
  /** Parent host of exposed URLs. */
  readonly exposedBase?: string | undefined;
  /** Origins whose pages may read responses. */
  readonly corsOrigins?: readonly string[];
  /** Request header that names a session, in lower case; default `x-session-id`. */
  readonly sessionHeader?: string;
  readonly source: ReplicaSource;
  readonly health: Health;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly limits: GatewayLimits;
  /** Issuers whose tokens the gateway accepts. */
  readonly issuers: Issuers;
  readonly verifier: TokenVerifier;
  /** Serving keys and subjects of the last snapshot. */
  readonly callers: KnownCallers;
  /** Model aliases of the last snapshot; none by default. */
  readonly aliases?: AliasTable;
  /** The feed of the API; absent where no API is configured. */
  readonly feed?: FeedSource | undefined;
  /** Limits of projects and workloads in the last snapshot; none by default. */
  readonly limitsOf?: KnownLimits;
  /** Proxies whose `x-forwarded-*` is trusted. */
  readonly trusted: TrustedProxies;
  /** The certificate of the listener for callers outside the cluster; without one it serves plain HTTP. */
  readonly tls?: CertificateFiles | undefined;
  /** Time for requests in flight to finish when the gateway stops, ms; default {@link DRAIN_MS}. */
  readonly drainMs?: number;
}

/** Interval of the usage reports, ms. */
const USAGE_MS = 60_000;
/** Timeouts of a replica, ms. */
const REPLICA_MS = 600_000;
/** Maximum open requests. */
const MOST_OPEN = 4_000;
/** Shorter than the time limit of the whole shutdown (25 s). */
const DRAIN_MS = 20_000;
/** The share of the drain time in which held requests may still get a replica. */
const HOLD_SHARE = 0.9;
/** How long a workload without owner object and pods is kept, ms: the scheduler recreates a deleted owner object. */
const FORGET_MS = 5_000;

export interface Gateway {
  /** The server for callers outside the cluster, who are untrusted. Not listening yet. */
  readonly server: Server;
  /** The server for callers inside the cluster, which also serves cluster-local workloads. Not listening yet. */
  readonly local: Server;
  /** Health and metrics, on a separate port because they name all workloads. Not listening yet. */
  readonly admin: Server;
  /** Resolves once all workloads and replicas are loaded. */
  start(): Promise<void>;
  /** Services to stop, in order. */
  readonly stops: readonly Stop[];
}

/** Assembles the gateway: two servers for traffic and one for operators, with workloads and replicas from `source`. */
export function createGateway(dependencies: GatewayDependencies): Gateway {
  const { source, health, registry, logger, limits, issuers, trusted, membership, callers } = dependencies;
  const { holdMs, holdLimit, holdTotal } = limits;
  const now = (): number => performance.now();
  const aliases = dependencies.aliases ?? new AliasTable();
  const table: RoutingTable = new RoutingTable({
    ...{ holdLimit, holdTotal, now },
    cacheMs: Math.min(holdMs, FORGET_MS),
    onWake: (workload) => {
      metrics.woke(workload);
      reporter?.wake(workload);
    },
  });
  const ledger = new Ledger();
  const { limitsOf: knownLimits = new KnownLimits() } = dependencies;
  const upstreams = new Upstreams({
    firstByteMs: limits.firstByteMs ?? REPLICA_MS,
    streamIdleMs: limits.streamIdleMs ?? REPLICA_MS,
  });
  const metrics = new GatewayMetrics(registry, table, now);
  if (dependencies.tls !== undefined) exportCertificate(registry, dependencies.tls);
  const { requestMs } = limits;
  const open = new OpenRequests(limits.openTotal ?? MOST_OPEN);
  const limiter = new RequestLimiter({ open, ledger, known: knownLimits, metrics, trusted, requestMs, now });
  const failureLog = new FailureLog(logger, now);
  const quietPaths = new Set(dependencies.quietPaths);
  const admission = new Admission({ metrics, failureLog, holdMs, quietPaths, now });
  const notReady = (): string | undefined => source.notReady();
  const { gatewayId, schedulers, reportEveryMs, usageEveryMs: everyMs = USAGE_MS } = dependencies;
  const usage =
    schedulers &&
    new UsageReporter({
      ...{ gatewayId, sink: schedulers, logger, everyMs },
      minutes: new UsageMinutes(),
      now: Date.now,
    });
  const metering = new Metering({ metrics, usage, now });
  const { domain, exposedBase } = dependencies;
  const common = {
    addresses: new Addresses({ table, domain, exposedBase }),
    metering,
    upstreams,
    metrics,
    failureLog,
    admission,
    bodies: new ModelBodies(limits.readBytes),
    limiter,
    affinity: new Affinity({ sessionHeader: dependencies.sessionHeader ?? 'x-session-id' }),
    accessGuard: new AccessGuard(new TokenCallers(dependencies.verifier, issuers, callers), callers),
    names: new ModelNames(table, aliases),
    issuers: ownIssuers(
      issuers.own,
      issuers.foreign.map(({ issuer }) => issuer),
    ),
    trusted,
    now,
    notReady,
    domain,
    corsOrigins: new Set(dependencies.corsOrigins),
    tokenProjects: new Set(dependencies.tokenProjects),
  };
  const reporter =
    schedulers === undefined
      ? undefined
      : new LoadReporter({
          ...{ gatewayId, schedulers, table, ledger, logger, now },
          ...maybe('everyMs', reportEveryMs),
        });
  health.addCheck('pods', notReady);
  const feed =
    dependencies.feed &&
    new Feed({
      source: dependencies.feed,
      onSnapshot: (snapshot) => {
        callers.update(snapshot);
        aliases.update(snapshot.aliases ?? []);
        knownLimits.update(snapshot.limits ?? []);
      },
      logger,
      pacing: realPacing,
    });
  if (feed !== undefined) health.addCheck('feed', () => feed.notReady());
  if (membership !== undefined) health.addCheck('lease', () => membership.notReady());
  const [traffic, local] = [true, false].map((published) => {
    const models = new ModelApi({ ...common, published });
    const proxy = new Proxy({ ...common, models, published });
    return createTrafficServer({
      proxy,
      admission,
      limiter,
      metering,
      metrics,
      logger,
      limits,
      ...(published ? { tls: dependencies.tls } : {}),
    });
  }) as [Traffic, Traffic];
  const admin = createAdminServer({ health, registry });
  const watch = new HealthWatch({ health, registry, logger });
  return {
    server: traffic.server,
    local: local.server,
    admin,
    start: async () => {
      watch.start();
      feed?.start();
      usage?.start();
      await source.start({
        workload: (change) => table.applyWorkload(change),
        replica: (change) => {
          table.apply(change);
          if (change.type === 'present') metrics.announce(change.replica);
          else if (change.replica.address !== undefined) upstreams.drop(change.replica.address);
        },
      });
      await Promise.all([reporter?.start(), membership?.start()]);
    },
    stops: [
      { name: 'readiness', stop: () => health.beginStop() },
      { name: 'server', stop: () => drainHeld([traffic, local], table, dependencies.drainMs ?? DRAIN_MS) },
      { name: 'usage', stop: () => usage?.stop() },
      { name: 'load reports', stop: () => reporter?.stop() },
      { name: 'feed', stop: () => feed?.stop() },
      { name: 'lease', stop: () => membership?.stop() },
      { name: 'replicas', stop: () => source.stop() },
      { name: 'certificate', stop: () => dependencies.tls?.stop() },
      { name: 'upstreams', stop: () => upstreams.close() },
      { name: 'health watch', stop: () => watch.stop() },
      { name: 'admin server', stop: () => closeServer(admin, 0) },
    ],
  };
}

/** Lets requests in flight finish and held requests get a replica, within `drainMs`. */
async function drainHeld(traffic: readonly Traffic[], table: RoutingTable, drainMs: number): Promise<void> {
  const refuse = (): void => table.all().forEach((workload) => workload.refuseHeld('closed'));
  const limit = setTimeout(refuse, drainMs * HOLD_SHARE);
  await Promise.all(traffic.filter(({ server }) => server.listening).map((one) => drain(one, drainMs)));
  clearTimeout(limit);
}
