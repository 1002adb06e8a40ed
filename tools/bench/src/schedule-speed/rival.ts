import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { startServer } from '@tessera/platform-lifecycle';
import { ensureKube } from '@tessera/dev-services/kubernetes';
import { rounded } from '../placement-trace/statistics';
import { BoundPods } from './bound';
import { startCluster } from './cluster';

const NAMESPACE = 'rival';
const LIMIT_MS = 600_000;
/** Calls in flight at once while pods are created. */
const AT_ONCE = 30;
/** Our client has no limit; this is as good as none for the default scheduler's, which calls twice or thrice per pod. */
const QPS = 5_000;
const BURST = 10_000;

/** What the default scheduler reached. */
interface Rival {
  readonly name: string;
  readonly pods: number;
  readonly podsPerSecond: number;
  readonly createdPerSecond: number;
}

/**
 * The default scheduler on an API server of the same kind with as many nodes: pods that ask for one GPU each, per second
 * from the first create to the last one bound. The pods are created while it runs, as commands are with ours.
 */
export async function defaultScheduler(
  nodes: number,
  pods: number,
  log: (line: string) => void,
): Promise<Rival> {
  const cluster = await startCluster('kube-apiserver', nodes, log);
  try {
    const installation = await ensureKube({
      cacheDir: cacheDir(),
      log,
      binaries: ['kube-scheduler'],
    });
    const config = join(cluster.home, 'kube-scheduler.json');
    writeFileSync(
      config,
      JSON.stringify({
        apiVersion: 'kubescheduler.config.k8s.io/v1',
        kind: 'KubeSchedulerConfiguration',
        clientConnection: { kubeconfig: cluster.kubeconfig, qps: QPS, burst: BURST },
        leaderElection: { leaderElect: false },
      }),
    );
    const scheduler = await startServer({
      name: 'kube-scheduler',
      command: installation.binaries['kube-scheduler'] ?? 'kube-scheduler',
      args: ['--config', config, '--secure-port', '0'],
      logFile: join(cluster.home, 'logs', 'kube-scheduler.log'),
      pidFile: join(cluster.home, 'run', 'kube-scheduler.pid'),
      ports: [],
    });
    try {
      return await fill(cluster.kubeconfig, pods);
    } finally {
      await scheduler.stop();
    }
  } finally {
    await cluster.stop();
  }
}

async function fill(kubeconfig: string, pods: number): Promise<Rival> {
  const bound = await BoundPods.watch(kubeconfig, ({ metadata }) =>
    metadata.namespace === NAMESPACE ? metadata.name : undefined,
  );
  try {
    const { connection } = bound;
    await connection.request('POST', '/api/v1/namespaces', {
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    });
    // The first shows that the scheduler is at work; the controllers make the account of the namespace meanwhile.
    await createWhenPossible(bound, 'first');
    await bound.all(['first'], LIMIT_MS);
    const names = Array.from({ length: pods }, (_unused, index) => `pod-${index}`);
    const began = performance.now();
    const waiting = names.values();
    const chain = async (): Promise<void> => {
      for (const name of waiting) await create(bound, name);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, chain));
    const created = performance.now() - began;
    await bound.all(names, LIMIT_MS);
    const seconds = (performance.now() - began) / 1000;
    return {
      name: 'kube-apiserver: the default scheduler, pods with one GPU each',
      pods,
      podsPerSecond: rounded(pods / seconds, 1),
      createdPerSecond: rounded(pods / (created / 1000), 1),
    };
  } finally {
    await bound.stop();
  }
}

async function createWhenPossible(bound: BoundPods, name: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1)
    try {
      return await create(bound, name);
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

async function create({ connection }: BoundPods, name: string): Promise<void> {
  await connection.request('POST', `/api/v1/namespaces/${NAMESPACE}/pods`, {
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        containers: [{ name: 'main', image: 'model:1', resources: { limits: { 'nvidia.com/gpu': '1' } } }],
      },
    },
  });
}
