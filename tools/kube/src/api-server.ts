import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startServer, untilReady, type ServerProcess } from '@tessera/platform-lifecycle';
import { Agent, request } from 'undici';
import type { KubeBinary } from './binaries';
import { ADMIN, CONTROLLER_MANAGER, ensureCredentials, writePrivate } from './credentials';
import type { Log } from './ensure';
import { apiServerFlags, controllerManagerFlags, etcdFlags, type KubePorts } from './flags';
import type { KubeInstallation } from './installation';
import { kubeconfig } from './kubeconfig';
import { layoutOf } from './layout';

/** A control plane that answers: etcd, API server and controller manager. */
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
  /** Resolves with the first program that ended and how, asked for or not. */
  readonly ended: Promise<string>;
  /** Ends the programs in the reverse order of their start; the data stays. */
  stop(): Promise<void>;
}

export interface StartKube extends KubePorts {
  readonly installation: KubeInstallation;
  /** Folder of this control plane alone. */
  readonly dataDir: string;
  /** False: etcd does not force writes to the disk. For tests. Default true. */
  readonly durable?: boolean;
  readonly log: Log;
}

const READY_LIMIT_MS = 60_000;

/**
 * Starts a Kubernetes control plane without nodes and without a scheduler on 127.0.0.1. Resolves when the API server says
 * it is ready and the controllers have made the default service account, so that a pod can be created. Objects, tokens
 * and keys in `dataDir` are kept between starts. Throws with the end of the log of the program that failed; nothing is
 * left running then.
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
  const { installation, log, durable = true } = options;
  const dataDir = resolve(options.dataDir);
  const layout = layoutOf(dataDir);
  await mkdir(layout.certDir, { recursive: true });
  const tokens = ensureCredentials(layout, Date.now());
  const begun = performance.now();
  const run = async (
    name: KubeBinary,
    args: readonly string[],
    ports: readonly number[],
  ): Promise<ServerProcess> => {
    const command = installation.binaries[name];
    if (command === undefined) throw new Error(`the Kubernetes installation has no ${name}`);
    const server = await startServer({
      name,
      command,
      args,
      ports,
      logFile: layout.logOf(name),
      pidFile: layout.pidFileOf(name),
    });
    started.push(server);
    return server;
  };

  const { port, etcdPort, etcdPeerPort, controllerManagerPort } = options;
  const etcd = await run('etcd', etcdFlags(layout, options, durable), [etcdPort, etcdPeerPort]);
  await untilReady(etcd, () => ask(`http://127.0.0.1:${etcdPort}/readyz`), READY_LIMIT_MS);

  const url = `https://127.0.0.1:${port}`;
  const apiServer = await run('kube-apiserver', apiServerFlags(layout, options), [port]);
  await untilReady(apiServer, () => askApi(url, '/readyz', layout.servingCert, tokens.admin), READY_LIMIT_MS);

  const ca = await readFile(layout.servingCert, 'utf8');
  const user = CONTROLLER_MANAGER;
  writePrivate(layout.kubeconfig, kubeconfig({ url, ca, user: ADMIN, token: tokens.admin }));
  writePrivate(
    layout.controllerManagerKubeconfig,
    kubeconfig({ url, ca, user, token: tokens.controllerManager }),
  );
  const controllers = await run(
    'kube-controller-manager',
    controllerManagerFlags(layout, options),
    controllerManagerPort === undefined ? [] : [controllerManagerPort],
  );
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  await untilReady(controllers, () => askApi(url, account, layout.servingCert, tokens.admin), READY_LIMIT_MS);

  log(
    `Kubernetes ${installation.version} answers on ${url} after ${Math.round(performance.now() - begun)} ms`,
  );
  return {
    url,
    kubeconfigPath: layout.kubeconfig,
    token: tokens.admin,
    caPath: layout.servingCert,
    pids: Object.fromEntries(started.map(({ name, pid }) => [name, pid])),
    ended: Promise.race(started.map(({ name, ended }) => ended.then((how) => `${name}: ${how}`))),
    stop: () => stopAll(started),
  };
}

/** The API server needs etcd to end in order, and the controllers need the API server. */
async function stopAll(started: readonly ServerProcess[]): Promise<void> {
  for (const server of [...started].reverse()) await server.stop();
}

async function askApi(url: string, path: string, caPath: string, token: string): Promise<void> {
  const agent = new Agent({ connect: { ca: await readFile(caPath, 'utf8') } });
  try {
    await ask(`${url}${path}`, { dispatcher: agent, headers: { authorization: `Bearer ${token}` } });
  } finally {
    await agent.destroy();
  }
}

async function ask(url: string, options: Parameters<typeof request>[1] = {}): Promise<void> {
  const { statusCode, body } = await request(url, { ...options, headersTimeout: 5_000, bodyTimeout: 5_000 });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${url} answers ${statusCode}: ${text}`);
}
