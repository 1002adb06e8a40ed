import { createTokenVerifier, type TokenVerifier } from '@tessera/adapter-oidc';
import type { Issuers } from '@tessera/application-control-plane/identity';
import { maybe } from '@tessera/kernel';
import { eventually } from '@tessera/testing-services/eventually';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Health, runStops } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { trustedProxies } from '@tessera/platform-http';
import { AliasTable } from '../openai/models/alias-table';
import { createGateway, type GatewayLimits } from '../gateway';
import type { LoadReport, LoadReportAnswer, UsageEntry, UsageReport } from '@tessera/contracts-internal';
import { KnownLimits } from '../limits/known-limits';
import type { CertificateFiles } from '../listener/certificate-files';
import { KnownCallers } from '../access/known-callers';
import type { UsageSink } from '../metering/usage-reporter';
import type { Schedulers } from '../reporting/load-reporter';
import type {
  ClusterListener,
  KnownWorkload,
  Replica,
  ReplicaChange,
  ReplicaSource,
} from '../routing/replica';

/** A source whose workloads and replicas are set by the spec. */
export class ManualReplicaSource implements ReplicaSource {
  synced = true;
  /** Workloads, as `<project>/<name>`, that had an owner object. */
  readonly owned = new Set<string>();
  private listener: ClusterListener | undefined;
  private started = false;
  /** Workloads and replicas that exist now, by their uid. */
  private readonly workloads = new Map<string, KnownWorkload>();
  private readonly replicas = new Map<string, Replica>();

  async start(listener: ClusterListener): Promise<void> {
    this.listener = listener;
    this.started = true;
    for (const known of this.workloads.values()) listener.workload({ type: 'present', known });
    for (const replica of this.replicas.values()) listener.replica({ type: 'present', replica });
  }

  async stop(): Promise<void> {
    this.listener = undefined;
  }

  notReady(): string | undefined {
    return this.synced && this.started ? undefined : 'the first list is not loaded';
  }

  /**
   * Reports a replica; its workload is public unless the spec has set it with {@link ManualReplicaSource.setWorkload}. One
   * that goes is reported as it was last; so is one at another address before the new one.
   */
  report(type: ReplicaChange['type'], replica: Replica): void {
    const { uid, project, workload, workloadId } = replica;
    if (type === 'present' && !this.owned.has(`${project}/${workload}`))
      this.setWorkload({ uid: `owner-${workloadId}`, project, workload, workloadId });
    const before = this.replicas.get(uid);
    if (before !== undefined && (type === 'gone' || hasMoved(before, replica))) {
      this.replicas.delete(uid);
      this.listener?.replica({ type: 'gone', replica: before });
    }
    if (type === 'gone') return;
    this.replicas.set(uid, replica);
    this.listener?.replica({ type, replica });
  }

  /** Adds, changes or removes a workload, by default that of {@link replica}, without its replicas. */
  setWorkload(more: Partial<KnownWorkload> = {}, type: 'present' | 'gone' = 'present'): void {
    const known = knownWorkload(more);
    const before = this.workloads.get(known.uid);
    this.owned.add(`${known.project}/${known.workload}`);
    if (before !== undefined && (type === 'gone' || isAnother(before, known))) {
      this.workloads.delete(known.uid);
      this.listener?.workload({ type: 'gone', known: before });
    }
    if (type === 'gone') return;
    this.workloads.set(known.uid, known);
    this.listener?.workload({ type, known });
  }
}

type Owned = Pick<Replica, 'project' | 'workload' | 'workloadId'>;

const isAnother = (before: Owned, after: Owned): boolean =>
  before.project !== after.project ||
  before.workload !== after.workload ||
  before.workloadId !== after.workloadId;

const hasMoved = (before: Replica, after: Replica): boolean =>
  isAnother(before, after) || (before.address !== undefined && before.address !== after.address);

/** Id of the workload `chat`. */
export const WORKLOAD_ID = 'w1';

/** The workload `chat` of project `p1`. */
export const knownWorkload = (more: Partial<KnownWorkload> = {}): KnownWorkload => ({
  uid: 'owner-w1',
  project: 'p1',
  workload: 'chat',
  workloadId: WORKLOAD_ID,
  access: 'public',
  ...more,
});

/** Schedulers that record every message; the spec sends their responses. */
export class RecordedSchedulers implements Schedulers, UsageSink {
  readonly reports: LoadReport[] = [];
  /** What was served, as reported. */
  readonly usage: UsageEntry[] = [];
  /** Workload ids of the wake requests, in order. */
  readonly wakes: string[] = [];
  answer: (answer: LoadReportAnswer) => void = () => undefined;

  start(onAnswer: (answer: LoadReportAnswer) => void): Promise<void> {
    this.answer = onAnswer;
    return Promise.resolve();
  }

  report(report: LoadReport): Promise<void> {
    this.reports.push(report);
    return Promise.resolve();
  }

  reportUsage({ entries }: UsageReport): Promise<void> {
    this.usage.push(...entries);
    return Promise.resolve();
  }

  wake(workloadId: string): void {
    this.wakes.push(workloadId);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** A ready replica of the workload `chat` of project `p1`. */
export const replica = (pod: string, more: Partial<Replica> = {}): Replica => ({
  uid: `uid-${pod}`,
  pod,
  project: 'p1',
  workload: 'chat',
  workloadId: WORKLOAD_ID,
  ready: true,
  ...more,
});

export const listening = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );

/** A loopback address on which nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  const address = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

export interface GatewayFixtureOptions extends Partial<GatewayLimits> {
  readonly drainMs?: number;
  /** Proxies in front, none by default. */
  readonly trusted?: readonly string[];
  readonly quietPaths?: readonly string[];
  readonly domain?: string;
  readonly sessionHeader?: string;
  readonly corsOrigins?: readonly string[];
  readonly tokenProjects?: readonly string[];
  readonly exposedBase?: string;
  /** Accepts no token by default. */
  readonly verifier?: TokenVerifier;
  readonly foreign?: Issuers['foreign'];
  readonly tls?: CertificateFiles;
}

const NO_TOKENS = createTokenVerifier([]);

/** Identity of the gateway of this fixture. */
export const GATEWAY_ID = '00000000-0000-4000-8000-0000000000a1';

/** The issuer whose tokens are credentials of the platform in this fixture. */
export const ISSUER = 'https://tessera.example';

const LIMITS: GatewayLimits = {
  holdMs: 10_000,
  holdLimit: 1_000,
  holdTotal: 1_000,
  connections: 1_000,
  headMs: 10_000,
  idleMs: 60_000,
};

/** A running gateway, its replicas, and the servers behind them. */
export async function gatewayFixture({
  drainMs,
  trusted = [],
  quietPaths = [],
  domain,
  sessionHeader,
  corsOrigins = [],
  tokenProjects = [],
  exposedBase,
  verifier = NO_TOKENS,
  foreign = [],
  tls,
  ...limits
}: GatewayFixtureOptions = {}) {
  const source = new ManualReplicaSource();
  const registry = createRegistry('gateway', 'test');
  const schedulers = new RecordedSchedulers();
  const callers = new KnownCallers(Date.now);
  const limitsOf = new KnownLimits();
  const aliases = new AliasTable();
  const gateway = createGateway({
    gatewayId: GATEWAY_ID,
    schedulers,
    reportEveryMs: 20,
    usageEveryMs: 20,
    quietPaths,
    domain,
    ...maybe('sessionHeader', sessionHeader),
    corsOrigins,
    tokenProjects,
    exposedBase,
    source,
    registry,
    health: new Health(),
    logger: silentLogger,
    limits: { ...LIMITS, ...limits },
    issuers: { own: ISSUER, foreign },
    verifier,
    callers,
    limitsOf,
    aliases,
    trusted: trustedProxies(trusted),
    tls,
    ...maybe('drainMs', drainMs),
  });
  await gateway.start();
  const address = await listening(gateway.server);
  const localAddress = await listening(gateway.local);
  const adminAddress = await listening(gateway.admin);
  const servers: Server[] = [];
  const stop = (): Promise<void> => runStops(gateway.stops, silentLogger);
  return {
    source,
    schedulers,
    callers,
    limitsOf,
    aliases,
    address,
    server: gateway.server,
    /** The servers behind the replicas, in the order of their start. */
    servers,
    url: `http://${address}`,
    /** Of the listener inside the cluster. */
    localUrl: `http://${localAddress}`,
    adminUrl: `http://${adminAddress}`,
    /** Starts a model server and reports it as a ready replica. */
    async serve(pod: string, listener: RequestListener, more: Partial<Replica> = {}): Promise<Replica> {
      const server = createServer(listener);
      servers.push(server);
      const served = replica(pod, { address: await listening(server), ...more });
      source.report('present', served);
      return served;
    },
    /** The series whose line begins so, without the label of the service. */
    async series(start: string): Promise<readonly string[]> {
      const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith(start));
      return lines.map((line) => line.replace(/,?service="gateway",?/, '').trim()).sort();
    },
    /** Waits for so many further load reports and returns the last one. */
    async reported(more: number): Promise<LoadReport | undefined> {
      const { reports } = schedulers;
      const wanted = reports.length + more;
      await eventually(() => {
        if (reports.length < wanted) throw new Error(`${reports.length} of ${wanted} reports were sent`);
      });
      return reports[wanted - 1];
    },
    stop,
    async close(): Promise<void> {
      gateway.server.closeAllConnections();
      gateway.local.closeAllConnections();
      gateway.admin.closeAllConnections();
      if (gateway.server.listening) await stop();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Opens a request whose response is read piece by piece. */
export function open(url: string, method = 'GET') {
  const request = httpRequest(url, { method, agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  answered.catch(() => undefined);
  return { request, answered };
}

export const nextChunk = (stream: IncomingMessage): Promise<string> =>
  new Promise((resolve) => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())));
