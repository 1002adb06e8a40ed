import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { findKube, startKube, type KubeApiServer } from '@tessera/dev-services/kubernetes';
import { freePorts } from '@tessera/dev-services';

/** A control plane for one test file; start it in `beforeAll` with a limit of `SERVICE_START_MS`. */
export interface TestKubernetes {
  /** Stays the same after a restart. */
  readonly url: string;
  /** Path of a kubeconfig with full rights. */
  readonly kubeconfigPath: string;
  /** Stops it; its objects are kept. */
  stop(): Promise<void>;
  /** Sends SIGKILL to all its programs, as in a machine failure. */
  kill(): Promise<void>;
  /** Starts it again on the same data and ports. */
  startAgain(): Promise<void>;
  /** Stops all its programs where they are (SIGSTOP): connections stay open and nothing answers. */
  freeze(): void;
  /** Lets them go on. */
  thaw(): void;
  /** Copies what etcd has stored; while it is stopped. The result puts it back, while it is stopped again. */
  backUp(): Promise<() => Promise<void>>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/**
 * Starts a real API server (etcd and the controllers with it, no nodes, no scheduler) on free ports, with data in a
 * temporary folder. Throws when Kubernetes is not built.
 */
export async function testKubernetes(): Promise<TestKubernetes> {
  const search = findKube({ cacheDir: cacheDir() });
  if (!search.found) throw new Error(`${search.reason}; ${search.how}`);
  const { installation } = search;
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-test-kubernetes-'));
  const [port = 0, etcdPort = 0, etcdPeerPort = 0] = await freePorts(3);
  const start = (): Promise<KubeApiServer> => {
    const ports = { port, etcdPort, etcdPeerPort };
    return startKube({ installation, dataDir, ...ports, durable: false, log: () => undefined });
  };
  let server = await start();
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of Object.values(server.pids)) process.kill(pid, name);
  };
  return {
    url: server.url,
    kubeconfigPath: server.kubeconfigPath,
    stop: () => server.stop(),
    kill: async () => {
      signal('SIGKILL');
      await server.stop();
    },
    startAgain: async () => {
      server = await start();
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    backUp: async () => {
      const [data, copy] = [join(dataDir, 'etcd'), join(dataDir, 'etcd-copy')];
      await cp(data, copy, { recursive: true });
      return async () => {
        await rm(data, { recursive: true, force: true });
        await cp(copy, data, { recursive: true });
      };
    },
    remove: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
