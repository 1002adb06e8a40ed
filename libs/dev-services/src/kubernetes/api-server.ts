import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  startServer,
  stopLeftBehind,
  untilReady,
  type ServerCommand,
  type ServerProcess,
} from '@tessera/platform-lifecycle';
import type { Log } from '../toolchains/go-build';
import { API_SERVER_BINARIES, type KubeBinary } from './binaries';
import { ADMIN, CONTROLLER_MANAGER, ensureCredentials, writePrivate, type Tokens } from './credentials';
import { apiServerFlags, controllerManagerFlags, etcdFlags, type KubePorts } from './flags';
import { get } from './get-object';
import type { KubeInstallation } from './installation';
import { kubeconfig } from './kubeconfig';
import { layoutOf, type Layout } from './layout';

/** A running control plane: etcd, API server and controller manager. */
export interface KubeApiServer {
  readonly url: string;
  /** Needs no other file; full rights. */
  readonly kubeconfigPath: string;
  /** Bearer token with full rights. */
  readonly token: string;
  /** Certificate authority of the server, PEM. */
  readonly caPath: string;
  /** Process numbers by program. */
  readonly pids: Readonly<Record<string, number>>;
  /** Resolves with the first program that exited and how, whether stopped or crashed. */
  readonly ended: Promise<string>;
  /** Stops the programs in the reverse order of their start; the data is kept. */
  stop(): Promise<void>;
}

export interface StartKube extends KubePorts {
  readonly installation: KubeInstallation;
  /** Folder of this control plane alone. */
  readonly dataDir: string;
  /** False: etcd does not fsync writes. For tests. Default true. */
  readonly durable?: boolean;
  readonly log: Log;
}

const READY_LIMIT_MS = 60_000;

/**
 * Starts a Kubernetes control plane without nodes and without a scheduler on 127.0.0.1. Resolves when the API server
 * says it is ready and the controllers have made the default service account, so that a pod can be created. Objects,
 * tokens and keys in `dataDir` are kept between starts. Throws with the end of the log of the program that failed;
 * nothing is left running then.
 */
export async function startKube(options: StartKube): Promise<KubeApiServer> {
  const started: ServerProcess[] = [];
  try {
    return await startAll(options, started);
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

async function startAll(options: StartKube, started: ServerProcess[]): Promise<KubeApiServer> {
  const { installation, log, port, etcdPort, etcdPeerPort, controllerManagerPort, durable = true } = options;
  const layout = layoutOf(resolve(options.dataDir));
  await mkdir(layout.certDir, { recursive: true });
  const tokens = ensureCredentials(layout, Date.now());
  // Without its etcd an API server does not end in order, so the last to start goes first here too.
  for (const name of [...API_SERVER_BINARIES].reverse()) await stopLeftBehind(name, layout.pidFileOf(name));
  const begun = performance.now();
  const run = async (name: KubeBinary, args: readonly string[], ports: readonly number[], probe: Probe) => {
    const server = await startServer(commandOf(name, args, ports, installation, layout));
    started.push(server);
    await untilReady(server, probe, READY_LIMIT_MS);
  };

  const etcdReady = `http://127.0.0.1:${etcdPort}/readyz`;
  await run('etcd', etcdFlags(layout, options, durable), [etcdPort, etcdPeerPort], () => get(etcdReady));

  const url = `https://127.0.0.1:${port}`;
  const askApi = async (path: string): Promise<string> =>
    get(`${url}${path}`, { ca: await readFile(layout.servingCert, 'utf8'), token: tokens.admin });
  await run('kube-apiserver', apiServerFlags(layout, options), [port], () => askApi('/readyz'));
  await writeKubeconfigs(layout, url, tokens);

  const ports = controllerManagerPort === undefined ? [] : [controllerManagerPort];
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  await run('kube-controller-manager', controllerManagerFlags(layout, options), ports, () => askApi(account));

  log(
    `Kubernetes ${installation.version} answers on ${url} after ${Math.round(performance.now() - begun)} ms`,
  );
  return {
    url,
    kubeconfigPath: layout.kubeconfig,
    token: tokens.admin,
    caPath: layout.servingCert,
    pids: Object.fromEntries(started.map(({ name, pid }) => [name, pid])),
    ended: Promise.race(started.map(({ name, ended }) => ended.then((how) => `${name}: ${how}`))).then(
      async (how) => {
        // None is of use without the others, and the next start needs their ports.
        await stopAll(started);
        return how;
      },
    ),
    stop: () => stopAll(started),
  };
}

type Probe = () => Promise<unknown>;

function commandOf(
  name: KubeBinary,
  args: readonly string[],
  ports: readonly number[],
  installation: KubeInstallation,
  layout: Layout,
): ServerCommand {
  const command = installation.binaries[name];
  if (command === undefined) throw new Error(`the Kubernetes installation has no ${name}`);
  return { name, command, args, ports, logFile: layout.logOf(name), pidFile: layout.pidFileOf(name) };
}

async function writeKubeconfigs(layout: Layout, url: string, tokens: Tokens): Promise<void> {
  const ca = await readFile(layout.servingCert, 'utf8');
  const files = [
    [layout.kubeconfig, ADMIN, tokens.admin],
    [layout.controllerManagerKubeconfig, CONTROLLER_MANAGER, tokens.controllerManager],
  ] as const;
  for (const [path, user, token] of files) writePrivate(path, kubeconfig({ url, ca, user, token }));
}

/** For a clean stop the API server needs etcd, and the controllers need the API server. */
async function stopAll(started: readonly ServerProcess[]): Promise<void> {
  for (const server of [...started].reverse()) await server.stop();
}
