import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servingLabel } from '@tessera/contracts-kubernetes/exposed-host';
import { freePorts } from '@tessera/dev-services';
import { startServer, untilReady, type ServerProcess } from '@tessera/platform-lifecycle';
import { PROJECT, stubCluster } from '@tessera/testing-services/stub-cluster';
import { bundle } from '@tessera/tool-build';
import type { Naming } from './judge';
import { byModel, isModelPath, isPreflight } from './model-requests';
import { ORIGIN, type Names } from './odd-parts';
import { Recorder } from './recorder';
import { valuesOf } from './rfc9112';

/** A gateway as it is built, and how requests to it name workloads. */
export interface Front {
  readonly form: 'path' | 'host';
  readonly port: number;
  readonly server: ServerProcess;
  readonly names: Names;
  readonly naming: Naming;
}

export interface FuzzFixture {
  readonly fronts: readonly Front[];
  readonly pods: readonly Recorder[];
  stop(): Promise<void>;
}

/** Longest time for a head to arrive, and for a caller to stand still, ms: short, so that slow clients are soon seen. */
const HEAD_MS = 800;
const IDLE_MS = 1_000;
const READY_LIMIT_MS = 60_000;
const DOMAIN = 'models.test';
/** Hosts of the endpoint for all models, where workloads have hosts. */
const MODEL_HOSTS = [DOMAIN, `api.${DOMAIN}`];
const WORKLOADS = ['a', 'b'] as const;

/** Two gateways, one with workloads by path and one by host, in front of one pod for each of two workloads. */
export async function startFuzzFixture(): Promise<FuzzFixture> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-fuzz-gateway-'));
  const stops: (() => Promise<void>)[] = [
    () => Promise.resolve(rmSync(home, { recursive: true, force: true })),
  ];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    await bundle('apps/gateway');
    const pods = WORKLOADS.map((name) => new Recorder(name));
    const workloads = await Promise.all(
      pods.map(async (pod, index) => ({
        name: WORKLOADS[index] ?? '',
        id: `00000000-0000-4000-8000-00000000000${index}`,
        address: await pod.listen(),
      })),
    );
    stops.push(async () => void (await Promise.all(pods.map((pod) => pod.stop()))));
    const cluster = await stubCluster(home, workloads);
    stops.push(() => cluster.stop());
    const fronts: Front[] = [];
    for (const form of ['path', 'host'] as const)
      fronts.push(await front(form, home, cluster.kubeconfig, stops));
    return { fronts, pods, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function front(
  form: Front['form'],
  home: string,
  kubeconfig: string,
  stops: (() => Promise<void>)[],
): Promise<Front> {
  const [port = 0, adminPort = 0, apiPort = 0] = await freePorts(3);
  const server = await startServer({
    name: `gateway-${form}`,
    command: process.execPath,
    args: ['dist/apps/gateway/main.js'],
    env: {
      TESSERA_LOG_LEVEL: 'warn',
      TESSERA_HOST: '127.0.0.1',
      TESSERA_GATEWAY_PORT: String(port),
      TESSERA_GATEWAY_ADMIN_PORT: String(adminPort),
      TESSERA_GATEWAY_SIMULATED_PODS: 'true',
      TESSERA_GATEWAY_CORS_ORIGINS: ORIGIN,
      TESSERA_GATEWAY_HEAD_MS: String(HEAD_MS),
      TESSERA_GATEWAY_IDLE_MS: String(IDLE_MS),
      TESSERA_KUBECONFIG: kubeconfig,
      TESSERA_API_PUBLIC_URL: `http://127.0.0.1:${apiPort}`,
      ...(form === 'host' ? { TESSERA_GATEWAY_DOMAIN: DOMAIN } : {}),
    },
    logFile: join(home, 'logs', `gateway-${form}.log`),
    pidFile: join(home, 'run', `gateway-${form}.pid`),
    ports: [port, adminPort],
  });
  stops.push(() => server.stop());
  const ready = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`);
    if (!response.ok) throw new Error(await response.text());
  };
  await untilReady(server, ready, READY_LIMIT_MS);
  return { form, port, server, ...(form === 'path' ? byPath : byHost) };
}

const byPath: Pick<Front, 'names' | 'naming'> = {
  names: {
    project: PROJECT,
    workloads: WORKLOADS,
    host: (workload) => `${workload}.example`,
    prefix: (workload) => `/${PROJECT}/${workload}`,
    models: 'models.example',
  },
  naming: (request) => {
    const { target } = request;
    if (isPreflight(request)) return undefined;
    if (isModelPath(target)) return byModel(request);
    const [, project, workload = '', rest = ''] = /^\/([^/?]+)\/([^/?]+)(.*)$/s.exec(target) ?? [];
    if (project !== PROJECT || !isKnown(workload)) return undefined;
    return { workload, target: rest.startsWith('/') ? rest : `/${rest}` };
  },
};

const hostOf = (workload: string): string => `${servingLabel(PROJECT, workload)}.${DOMAIN}`;

const byHost: Pick<Front, 'names' | 'naming'> = {
  names: {
    project: PROJECT,
    workloads: WORKLOADS,
    host: hostOf,
    prefix: () => '',
    models: `api.${DOMAIN}`,
  },
  naming: (request) => {
    const { target, headers } = request;
    if (!target.startsWith('/') || isPreflight(request)) return undefined;
    const [host = ''] = valuesOf(headers, 'host');
    const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
    if (MODEL_HOSTS.includes(name)) return isModelPath(target) ? byModel(request) : undefined;
    const workload = WORKLOADS.find((one) => hostOf(one) === name);
    return workload === undefined ? undefined : { workload, target };
  },
};

const isKnown = (workload: string): boolean => (WORKLOADS as readonly string[]).includes(workload);
