import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tessera/dev-services';
import { startServer, untilReady } from '@tessera/platform-lifecycle';
import { selfSigned } from '@tessera/simulation-kubernetes-api';
import { stubCluster, type StubCluster } from '@tessera/testing-services/stub-cluster';
import { stubFeed, type StubFeed } from '@tessera/testing-services/stub-feed';
import { bundle } from '@tessera/tool-build';
import { Inspected } from './inspected';
import { StubScheduler } from './stub-scheduler';

/** A gateway as it is built, in front of a cluster without workloads. */
export interface GatewayProcess {
  /** The listener with TLS, for callers outside of the cluster. */
  readonly securePort: number;
  /** The listener in cleartext, for callers inside. */
  readonly port: number;
  readonly cluster: StubCluster;
  readonly feed: StubFeed;
  readonly scheduler: StubScheduler;
  readonly inspected: Inspected;
  /** Puts another certificate into its files. */
  renewCertificate(): void;
  /** Values of the series with that name and that part of their labels, added up. */
  total(name: string, labels?: string): Promise<number>;
  /** How the process ended; undefined while it runs. */
  endedHow(): string | undefined;
  stop(): Promise<void>;
}

const READY_LIMIT_MS = 60_000;
/** Short, so that what clients leave behind is gone soon. */
const IDLE_MS = 3_000;
const USAGE_MS = 2_000;
const CLUSTER_ID = '00000000-0000-4000-8000-0000000000c1';
/** Longest time for the series of the gateway, on a busy machine, ms. */
const METRICS_LIMIT_MS = 60_000;
/** How much of its log is shown, characters. */
const LOG_SHOWN = 4_000;
const NOTHING = { keys: [], subjects: [], aliases: [], limits: [] };
/** Origin whose pages may read answers. */
export const ORIGIN = 'https://page.example';

export async function gatewayProcess(): Promise<GatewayProcess> {
  await bundle('apps/gateway');
  const home = mkdtempSync(join(tmpdir(), 'tessera-soak-gateway-'));
  const tls = { cert: join(home, 'tls.crt'), key: join(home, 'tls.key') };
  const renewCertificate = (): void => {
    const { cert, key } = selfSigned(['localhost'], Date.now());
    writeFileSync(tls.cert, cert);
    writeFileSync(tls.key, key);
  };
  renewCertificate();
  const logFile = join(home, 'logs', 'gateway.log');
  const cluster = await stubCluster(home, []);
  const feed = await stubFeed(NOTHING);
  const scheduler = new StubScheduler(CLUSTER_ID);
  const schedulerUrl = await scheduler.listen();
  const [securePort = 0, port = 0, admin = 0, api = 0, inspector = 0] = await freePorts(5);
  const server = await startServer({
    name: 'gateway',
    command: process.execPath,
    args: [`--inspect=127.0.0.1:${inspector}`, 'dist/apps/gateway/main.js'],
    env: {
      TESSERA_LOG_LEVEL: 'error',
      TESSERA_HOST: '127.0.0.1',
      TESSERA_GATEWAY_PORT: String(securePort),
      TESSERA_GATEWAY_LOCAL_PORT: String(port),
      TESSERA_GATEWAY_ADMIN_PORT: String(admin),
      TESSERA_GATEWAY_TLS_CERT_FILE: tls.cert,
      TESSERA_GATEWAY_TLS_KEY_FILE: tls.key,
      TESSERA_GATEWAY_CORS_ORIGINS: ORIGIN,
      TESSERA_GATEWAY_SIMULATED_PODS: 'true',
      TESSERA_GATEWAY_IDLE_MS: String(IDLE_MS),
      TESSERA_GATEWAY_HEAD_MS: String(IDLE_MS),
      TESSERA_GATEWAY_USAGE_MS: String(USAGE_MS),
      TESSERA_GATEWAY_API_URLS: feed.url,
      TESSERA_GATEWAY_SCHEDULER_URLS: schedulerUrl,
      TESSERA_GATEWAY_REPORT_KEYS: feed.signingKey,
      TESSERA_CLUSTER_ID: CLUSTER_ID,
      TESSERA_KUBECONFIG: cluster.kubeconfig,
      TESSERA_API_PUBLIC_URL: `http://127.0.0.1:${api}`,
    },
    logFile,
    pidFile: join(home, 'run', 'gateway.pid'),
    ports: [securePort, port, admin, inspector],
  });
  await untilReady(server, () => isReady(admin), READY_LIMIT_MS);
  const inspected = await Inspected.of(inspector, server.pid, [port, securePort]);
  return {
    ...{ securePort, port, cluster, feed, scheduler, inspected, renewCertificate },
    endedHow: () => server.endedHow(),
    total: async (name, labels = '') => {
      const lines = (await metricsOf(admin, logFile)).split('\n');
      const values = lines
        .filter((line) => line.startsWith(name) && line.includes(labels))
        .map((line) => Number(line.split(' ').at(-1)));
      return values.reduce((sum, value) => sum + value, 0);
    },
    stop: async () => {
      inspected.close();
      await server.stop();
      await Promise.all([cluster.stop(), feed.stop(), scheduler.stop()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function isReady(admin: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${admin}/readyz`);
  if (!response.ok) throw new Error(await response.text());
}

/** A process that has failed waits for its inspector to leave, and answers nothing meanwhile: its log says why. */
async function metricsOf(admin: number, logFile: string): Promise<string> {
  try {
    const signal = AbortSignal.timeout(METRICS_LIMIT_MS);
    return await (await fetch(`http://127.0.0.1:${admin}/metrics`, { signal })).text();
  } catch (error) {
    const log = readFileSync(logFile, 'utf8').slice(-LOG_SHOWN);
    throw new Error(`the gateway does not export its metrics; the end of its log:\n${log}`, { cause: error });
  }
}
