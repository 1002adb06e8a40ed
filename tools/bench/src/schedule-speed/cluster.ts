import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { migrate } from '@tessera/adapter-postgres';
import { bundle } from '@tessera/tool-build';
import { ensureKube, startKube } from '@tessera/dev-services/kubernetes';
import { localPostgres, startService } from '@tessera/tool-stack';
import { cacheDir } from '@tessera/platform-config';
import { freePorts } from '@tessera/dev-services';

export type ClusterKind = 'simulator' | 'kube-apiserver';

/**
 * Model servers take longer than this to start. All simulated kubelets share this machine with what is measured; with
 * containers that run at once they would be most of it.
 */
const CONTAINER_START_MS = 10_000;

/** A cluster of so many nodes with eight GPUs each, Postgres beside it, and no scheduler yet. */
export interface Cluster {
  readonly kind: ClusterKind;
  readonly home: string;
  readonly databaseUrl: string;
  readonly kubeconfig: string;
  /** Process numbers of what it consists of, by program. */
  readonly pids: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Brings a cluster up in a folder of its own; rejects with what was started ended again. */
export async function startCluster(
  kind: ClusterKind,
  nodes: number,
  log: (line: string) => void,
): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-bench-schedule-'));
  // The user that Postgres runs as has to get through.
  chmodSync(home, 0o711);
  const stops: (() => Promise<void>)[] = [async () => rmSync(home, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const ports = await freePorts(6);
    const [postgresPort = 0, kubeletPort = 0, apiPort = 0, ...more] = ports;
    log(`${kind}: building, starting Postgres and ${nodes} nodes`);
    for (const app of ['apps/simulator', 'apps/scheduler']) await bundle(app);
    const password = randomBytes(12).toString('hex');
    const postgres = await localPostgres({ home, port: postgresPort, password });
    stops.push(() => postgres.server.stop());
    await migrate(postgres.url);
    const shared = {
      TESSERA_SIMULATOR_KUBELET_PORT: String(kubeletPort),
      TESSERA_SIMULATOR_NODES: String(nodes),
      TESSERA_SIMULATOR_START_MS: String(CONTAINER_START_MS),
      TESSERA_LOG_LEVEL: 'error',
    };
    const kubeconfig =
      kind === 'simulator' ? join(home, 'kubeconfig') : await apiServer(home, apiPort, more, stops);
    const simulator = await startService({
      name: 'simulator',
      home,
      port: kubeletPort,
      env:
        kind === 'simulator'
          ? {
              ...shared,
              TESSERA_SIMULATOR_API: 'true',
              TESSERA_SIMULATOR_API_PORT: String(apiPort),
              TESSERA_SIMULATOR_KUBECONFIG_OUT: kubeconfig,
            }
          : { ...shared, TESSERA_SIMULATOR_API: 'false', TESSERA_KUBECONFIG: kubeconfig },
      ...(kind === 'simulator' ? { readyFile: kubeconfig } : {}),
    });
    stops.push(() => simulator.stop());
    return { kind, home, databaseUrl: postgres.url, kubeconfig, pids: pidsIn(home), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every program writes its process number beside its log. */
function pidsIn(home: string): Readonly<Record<string, number>> {
  const folders = [join(home, 'run'), join(home, 'kubernetes')].filter((folder) => existsSync(folder));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.pid'))
      .map((name) => join(folder, name)),
  );
  return Object.fromEntries(
    files.map((file) => [
      basename(file, '.pid'),
      (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid,
    ]),
  );
}

async function apiServer(
  home: string,
  port: number,
  [etcdPort = 0, etcdPeerPort = 0, controllerManagerPort = 0]: readonly number[],
  stops: (() => Promise<void>)[],
): Promise<string> {
  const installation = await ensureKube({ cacheDir: cacheDir(), log: () => undefined });
  const server = await startKube({
    installation,
    dataDir: join(home, 'kubernetes'),
    port,
    etcdPort,
    etcdPeerPort,
    controllerManagerPort,
    log: () => undefined,
    durable: false,
    loopbackPods: true,
  });
  stops.push(() => server.stop());
  return server.kubeconfigPath;
}
