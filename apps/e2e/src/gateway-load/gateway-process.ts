import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tessera/dev-services';
import { startServer, untilReady } from '@tessera/platform-lifecycle';
import { stubCluster, type StubCluster } from '@tessera/testing-services/stub-cluster';
import { bundle } from '@tessera/tool-build';
import { Inspected } from './inspected';

/** A gateway as it is built, in front of a cluster without workloads. */
export interface GatewayProcess {
  readonly port: number;
  readonly cluster: StubCluster;
  readonly inspected: Inspected;
  /** Values of a series, added up. */
  total(series: string): Promise<number>;
  /** How the process ended; undefined while it runs. */
  endedHow(): string | undefined;
  stop(): Promise<void>;
}

const READY_LIMIT_MS = 60_000;
/** Short, so that what clients leave behind is gone soon. */
const IDLE_MS = 3_000;

export async function gatewayProcess(): Promise<GatewayProcess> {
  await bundle('apps/gateway');
  const home = mkdtempSync(join(tmpdir(), 'tessera-soak-gateway-'));
  const cluster = await stubCluster(home, []);
  const [port = 0, admin = 0, api = 0, inspector = 0] = await freePorts(4);
  const server = await startServer({
    name: 'gateway',
    command: process.execPath,
    args: [`--inspect=127.0.0.1:${inspector}`, 'dist/apps/gateway/main.js'],
    env: {
      TESSERA_LOG_LEVEL: 'error',
      TESSERA_HOST: '127.0.0.1',
      TESSERA_GATEWAY_PORT: String(port),
      TESSERA_GATEWAY_ADMIN_PORT: String(admin),
      TESSERA_GATEWAY_SIMULATED_PODS: 'true',
      TESSERA_GATEWAY_IDLE_MS: String(IDLE_MS),
      TESSERA_GATEWAY_HEAD_MS: String(IDLE_MS),
      TESSERA_KUBECONFIG: cluster.kubeconfig,
      TESSERA_API_PUBLIC_URL: `http://127.0.0.1:${api}`,
    },
    logFile: join(home, 'logs', 'gateway.log'),
    pidFile: join(home, 'run', 'gateway.pid'),
    ports: [port, admin, inspector],
  });
  const url = `http://127.0.0.1:${admin}`;
  const ready = async (): Promise<void> => {
    const response = await fetch(`${url}/readyz`);
    if (!response.ok) throw new Error(await response.text());
  };
  await untilReady(server, ready, READY_LIMIT_MS);
  const inspected = await Inspected.of(inspector, server.pid);
  return {
    port,
    cluster,
    inspected,
    endedHow: () => server.endedHow(),
    total: async (series) => {
      const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
      const values = lines
        .filter((line) => line.startsWith(series))
        .map((line) => Number(line.split(' ').at(-1)));
      return values.reduce((sum, value) => sum + value, 0);
    },
    stop: async () => {
      inspected.close();
      await server.stop();
      await cluster.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
