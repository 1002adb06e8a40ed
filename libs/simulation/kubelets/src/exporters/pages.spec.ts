import { ANNOTATIONS, type GpuAllocation } from '@tessera/contracts-kubernetes';
import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import { devicesOf } from '../node/devices';
import { gpuUuid } from '../node/node-gpus';
import { type NodeSeed } from '../node/node-seed';
import { NO_TRAFFIC } from '../pod/model-server';
import type { Container, Pod } from '@tessera/simulation-kubernetes-api/wire';
import { deviceShare, gpuAllocation } from '@tessera/testing-builders';
import type { ExportedNode, ExportedPod } from './exported';
import { exporterPages } from './pages';

const START = Date.parse('2026-01-01T00:00:00Z');

const NODE: NodeSeed = {
  name: 'node-a',
  labels: {},
  cpu: '64',
  memory: '256Gi',
  gpus: [
    { model: 'A100', memoryMiB: 40_960 },
    {
      model: 'A100',
      memoryMiB: 40_960,
      mig: [
        { profile: '1g.5gb', start: 0 },
        { profile: '3g.20gb', start: 4 },
      ],
    },
  ],
};

interface Setting {
  readonly devices?: GpuAllocation['devices'];
  readonly phase?: NonNullable<Pod['status']>['phase'];
  readonly running?: boolean;
  readonly fixed?: number;
  readonly requests?: Record<string, string>;
}

const HALF = deviceShare(0);
const INSTANCE = { ...deviceShare(1, 428), mig: { profile: '3g.20gb', start: 4 } };

/** A pod of a workload whose traffic the specification sets. */
function podNamed(name: string, setting: Setting) {
  const { phase = 'Running', running = true, fixed, requests } = setting;
  const devices: GpuAllocation['devices'] = setting.devices ?? [HALF];
  const container: Container = { name: 'main', image: 'model:1' };
  if (requests !== undefined) container.resources = { requests, limits: requests };
  const current: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'runai-team-a',
      uid: `uid-of-${name}`,
      labels: { 'tessera.io/workload-id': 'w-1' },
      annotations: {
        [ANNOTATIONS.allocation]: JSON.stringify(
          gpuAllocation({ kind: devices.some(({ mig }) => mig !== undefined) ? 'mig' : 'portion', devices }),
        ),
      },
    },
    spec: { nodeName: 'node-a', containers: [container] },
    status: {
      phase,
      containerStatuses: [
        {
          name: 'main',
          image: 'model:1',
          imageID: '',
          ready: running,
          restartCount: 0,
          state: running
            ? { running: { startedAt: '2026-01-01T00:00:00Z' } }
            : { waiting: { reason: 'ContainerCreating' } },
        },
      ],
    },
  };
  const pod: { -readonly [K in keyof ExportedPod]: ExportedPod[K] } = {
    current,
    devices: [],
    visibleDevices: devices.map(({ slot }) => gpuUuid({ name: 'node-a' }, slot)),
    traffic: NO_TRAFFIC,
    fixedGpuUtilisation: fixed,
  };
  return pod;
}

/** One node with these pods, 10 s after their containers started. */
function exporters(settings: Readonly<Record<string, Setting>>, alive = true) {
  let now = START + 10_000;
  const pods = Object.entries(settings).map(([name, setting]) => podNamed(name, setting));
  const workers = new Map<string, ExportedPod>(pods.map((pod) => [pod.current.metadata.uid ?? '', pod]));
  const node: ExportedNode = { seed: NODE, alive, workers };
  const pages = exporterPages({ nodes: new Map([['node-a', node]]) }, () => now);
  return {
    pods,
    workers,
    advance: (ms: number) => (now += ms),
    busy(index: number, busyMs: number, inFlight = 0) {
      const pod = pods[index];
      if (pod !== undefined) pod.traffic = { ...pod.traffic, requests: 1, inFlight, busyMs };
    },
    page: async (name: string) => (await pages[`/metrics/${name}`]?.()) ?? '',
    /** Values of a series by the labels asked for. */
    async read(page: string, name: string, ...by: string[]) {
      const lines = (await this.page(page)).split('\n').filter((line) => line.startsWith(`${name}{`));
      return Object.fromEntries(
        lines.map((line) => [
          by.map((label) => new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? '').join(' '),
          Number(line.slice(line.lastIndexOf(' '))),
        ]),
      );
    },
  };
}

describe('the page of cAdvisor', () => {
  const requests = { cpu: '2', memory: '1Gi' };

  it('shows CPU seconds that grow with the time the model was busy', async () => {
    const t = exporters({ 'chat-0': { requests } });
    const cpu = () => t.read('cadvisor', SERIES.cpuSeconds, 'namespace', 'pod', 'container');
    const idle = (await cpu())['runai-team-a chat-0 main'] ?? NaN;
    expect(idle).toBeCloseTo(2 * 0.01 * 10);
    t.advance(10_000);
    t.busy(0, 10_000);
    expect(((await cpu())['runai-team-a chat-0 main'] ?? NaN) - idle).toBeCloseTo(2 * 10);
  });

  it('shows memory within the request, more with requests in flight', async () => {
    const t = exporters({ 'chat-0': { requests } });
    const memory = async () => (await t.read('cadvisor', SERIES.workingSet, 'pod'))['chat-0'] ?? NaN;
    const idle = await memory();
    t.busy(0, 10, 7);
    expect(await memory()).toBe(idle + 7 * 2 ** 20);
    t.busy(0, 10, 100_000);
    expect(await memory()).toBe(2 ** 30);
  });

  it('has nothing of containers that do not run', async () => {
    const t = exporters({ 'chat-0': { running: false } });
    expect(await t.page('cadvisor')).not.toContain('chat-0');
  });

  it('declares the CPU series as a counter', async () => {
    expect(await exporters({ 'chat-0': {} }).page('cadvisor')).toContain(
      `# TYPE ${SERIES.cpuSeconds} counter`,
    );
  });
});

describe('the page of the GPU exporter', () => {
  const utilisation = (t: ReturnType<typeof exporters>) =>
    t.read('dcgm', SERIES.gpuUtilisation, 'namespace', 'pod', 'gpu');

  it('shows the part of the time since the scrape before in which the model was busy', async () => {
    const t = exporters({ 'chat-0': {} });
    expect(await utilisation(t)).toEqual({ 'runai-team-a chat-0 0': 0 });
    t.advance(5_000);
    t.busy(0, 2_000);
    expect(await utilisation(t)).toEqual({ 'runai-team-a chat-0 0': 40 });
    t.advance(5_000);
    expect(await utilisation(t)).toEqual({ 'runai-team-a chat-0 0': 0 });
  });

  it('shows a second scraper that comes at once the same', async () => {
    const t = exporters({ 'chat-0': {} });
    t.busy(0, 3_000);
    const first = await t.page('dcgm');
    t.advance(500);
    expect(await t.page('dcgm')).toBe(first);
  });

  it('counts from 0 when the model started again', async () => {
    const t = exporters({ 'chat-0': {} });
    t.busy(0, 9_000);
    await utilisation(t);
    t.advance(10_000);
    t.busy(0, 4_000);
    expect(await utilisation(t)).toEqual({ 'runai-team-a chat-0 0': 20 });
  });

  it('shows what the owner of the pod asks for', async () => {
    expect(await utilisation(exporters({ 'chat-0': { fixed: 65 } }))).toEqual({
      'runai-team-a chat-0 0': 65,
    });
  });

  it('distinguishes pods that share a device', async () => {
    const t = exporters({ 'chat-0': { fixed: 30 }, 'chat-1': { fixed: 60 } });
    expect(await utilisation(t)).toEqual({ 'runai-team-a chat-0 0': 30, 'runai-team-a chat-1 0': 60 });
  });

  it('fills a part of the share, and more of it when busy', async () => {
    const t = exporters({ 'chat-0': { fixed: 0 }, 'chat-1': { fixed: 100 } });
    const used = await t.read('dcgm', SERIES.gpuMemoryUsed, 'pod', 'gpu');
    expect(used).toMatchObject({ 'chat-0 0': 14_336, 'chat-1 0': 18_432 });
  });

  it('has no utilisation of a MIG instance but its activity', async () => {
    const t = exporters({ 'chat-0': { devices: [INSTANCE], fixed: 80 } });
    expect(await utilisation(t)).toEqual({ '  0': 0 });
    const active = await t.read('dcgm', SERIES.gpuEngineActive, 'pod', 'gpu', 'GPU_I_PROFILE', 'GPU_I_ID');
    expect(active).toEqual({ 'chat-0 1 3g.20gb 4': 0.8, ' 0  ': 0, ' 1 1g.5gb 0': 0 });
  });

  it('shows a held device without work while its containers do not run', async () => {
    const t = exporters({ 'chat-0': { running: false, phase: 'Pending', fixed: 80 } });
    expect(await utilisation(t)).toEqual({ 'runai-team-a chat-0 0': 0 });
    expect(await t.read('dcgm', SERIES.gpuMemoryUsed, 'pod', 'gpu')).toMatchObject({ 'chat-0 0': 0 });
  });

  it('gives the device of a pod that ended back', async () => {
    const t = exporters({ 'chat-0': { phase: 'Failed', running: false } });
    expect(await utilisation(t)).toEqual({ '  0': 0 });
  });

  it('believes the kubelet about a pod that nobody placed', async () => {
    const t = exporters({ 'job-0': { fixed: 50 } });
    const [job] = t.pods;
    if (job === undefined) throw new Error('there is one pod');
    delete job.current.metadata.annotations;
    job.devices = devicesOf(NODE).slice(0, 1);
    expect(await utilisation(t)).toEqual({ 'runai-team-a job-0 0': 50 });
  });
});

describe('the page of kube-state-metrics', () => {
  it('joins pods to workloads by their label', async () => {
    const t = exporters({ 'chat-0': {} });
    expect(await t.read('kube-state', SERIES.podLabels, 'namespace', 'pod', OWNER_LABEL)).toEqual({
      'runai-team-a chat-0 w-1': 1,
    });
  });

  it('has one phase with 1 and the others with 0', async () => {
    const t = exporters({ 'chat-0': { phase: 'Pending', running: false } });
    expect(await t.read('kube-state', SERIES.podPhase, 'phase')).toEqual({
      Pending: 1,
      Running: 0,
      Succeeded: 0,
      Failed: 0,
      Unknown: 0,
    });
  });

  it.each([SERIES.resourceRequests, SERIES.resourceLimits])('shows %s in base units', async (name) => {
    const requests = { cpu: '500m', memory: '1Gi', 'nvidia.com/gpu': '1' };
    const t = exporters({ 'chat-0': { requests } });
    expect(await t.read('kube-state', name, 'resource', 'unit')).toEqual({
      'cpu core': 0.5,
      'memory byte': 2 ** 30,
      'nvidia_com_gpu integer': 1,
    });
  });
});

describe('the page of the models', () => {
  it('shows the requests that each works on, and its prefix cache', async () => {
    const t = exporters({ 'chat-0': {} });
    t.busy(0, 10, 7);
    expect(await t.read('models', 'vllm:num_requests_running', 'namespace', 'pod')).toEqual({
      'runai-team-a chat-0': 7,
    });
    const [chat] = t.pods;
    if (chat !== undefined)
      chat.traffic = {
        ...chat.traffic,
        engine: { ...chat.traffic.engine, cacheQueries: 100, cacheHits: 64, cacheUsage: 0.25 },
      };
    const engine = await Promise.all(
      ['prefix_cache_queries_total', 'prefix_cache_hits_total', 'kv_cache_usage_perc'].map((name) =>
        t.read('models', `vllm:${name}`, 'pod'),
      ),
    );
    expect(engine).toEqual([{ 'chat-0': 100 }, { 'chat-0': 64 }, { 'chat-0': 0.25 }]);
    expect(await exporters({ 'chat-0': { running: false } }).page('models')).not.toContain('chat-0');
  });
});

describe('all pages', () => {
  it('have every series of a cluster that measurements read', async () => {
    const t = exporters({ 'chat-0': { requests: { cpu: '1' } } });
    const text = (await Promise.all(['cadvisor', 'dcgm', 'kube-state'].map((name) => t.page(name)))).join('');
    // No simulated node has the agents of other vendors, which report usage by process.
    const ofCluster = Object.values(SERIES).filter((name) => !/^(tessera|gpu_fractioning|hami)_/.test(name));
    expect(ofCluster.filter((name) => !text.includes(`\n${name}{`))).toEqual([]);
  });

  it('show no value that belongs to nobody', async () => {
    const t = exporters({});
    expect(await t.page('cadvisor')).not.toMatch(/^\w+ /m);
    expect(await t.page('kube-state')).not.toMatch(/^\w+ /m);
  });

  it('forget a pod that is gone', async () => {
    const t = exporters({ 'chat-0': {} });
    t.workers.clear();
    for (const name of ['cadvisor', 'dcgm', 'kube-state']) expect(await t.page(name)).not.toContain('chat-0');
  });

  it('of a node that is lost only the API still reports', async () => {
    const t = exporters({ 'chat-0': {} }, false);
    expect(await t.page('cadvisor')).not.toContain('chat-0');
    expect(await t.page('dcgm')).not.toContain('node-a');
    expect(await t.page('kube-state')).toContain('chat-0');
  });
});
