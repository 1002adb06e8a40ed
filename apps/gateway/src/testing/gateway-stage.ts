import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Health, runStops } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { trustedProxies } from '@tessera/platform-http';
import { createGateway, type GatewayLimits } from '../gateway';
import { ownIssuers } from '../proxy/credentials';
import type { Replica, ReplicaChange, ReplicaSource } from '../routing/replica';

/** A source whose replicas the spec sets by hand. */
export class WrittenReplicas implements ReplicaSource {
  synced = true;
  private listener: (change: ReplicaChange) => void = () => undefined;

  start(listener: (change: ReplicaChange) => void): Promise<void> {
    this.listener = listener;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  notReady(): string | undefined {
    return this.synced ? undefined : 'the first list is not in';
  }

  tell(type: ReplicaChange['type'], replica: Replica): void {
    this.listener({ type, replica });
  }
}

/** A ready replica of the workload `chat` of project `p1`. */
export const replica = (pod: string, more: Partial<Replica> = {}): Replica => ({
  uid: `uid-${pod}`,
  pod,
  project: 'p1',
  workload: 'chat',
  workloadId: 'w1',
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

export interface StageOptions extends Partial<GatewayLimits> {
  readonly drainMs?: number;
  /** Proxies in front, none by default. */
  readonly trusted?: readonly string[];
}

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
export async function gatewayFixture({ drainMs, trusted = [], ...limits }: StageOptions = {}) {
  const source = new WrittenReplicas();
  const registry = createRegistry('gateway', 'test');
  const gateway = createGateway({
    source,
    registry,
    health: new Health(),
    logger: silentLogger,
    limits: { ...LIMITS, ...limits },
    issuers: ownIssuers(ISSUER, []),
    trusted: trustedProxies(trusted),
    ...(drainMs === undefined ? {} : { drainMs }),
  });
  await gateway.start();
  const address = await listening(gateway.server);
  const adminAddress = await listening(gateway.admin);
  const servers: Server[] = [];
  const stop = (): Promise<void> => runStops(gateway.stops, silentLogger);
  return {
    source,
    address,
    url: `http://${address}`,
    adminUrl: `http://${adminAddress}`,
    /** Starts a model server and reports it as a ready replica. */
    async serve(pod: string, listener: RequestListener): Promise<Replica> {
      const server = createServer(listener);
      servers.push(server);
      const told = replica(pod, { address: await listening(server) });
      source.tell('present', told);
      return told;
    },
    /** The series whose line begins so, without the label of the service. */
    async series(start: string): Promise<readonly string[]> {
      const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith(start));
      return lines.map((line) => line.replace(/,?service="gateway",?/, '').trim()).sort();
    },
    stop,
    async close(): Promise<void> {
      gateway.server.closeAllConnections();
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

const LIMIT_MS = 5_000;
const POLL_MS = 5;

/** Polls until the assertions pass; fails with their last failure. */
export async function eventually<T>(reconcile: () => T | Promise<T>): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;)
    try {
      return await reconcile();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
}
