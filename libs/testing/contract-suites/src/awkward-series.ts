import type { Scope } from '@tessera/application-measuring';
import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import { T0, type GivenSeries } from './series-source';

/** Namespace of the project of all workloads. */
export const NAMESPACE = 'runai-team-a';
const SCRAPE_MS = 15_000;
const SCRAPES = 9;
/** The instant of the last scrape, at which is measured. */
export const NOW = T0 + (SCRAPES - 1) * SCRAPE_MS;

type Labels = Readonly<Record<string, string>>;

export interface AwkwardCase {
  readonly of: { readonly workloadId: string; readonly pod?: string } | Scope;
  readonly type: string;
  /** Values by labels, computed by hand. */
  readonly want: Readonly<Record<string, number>>;
}

export interface Awkward {
  readonly name: string;
  readonly given: readonly GivenSeries[];
  readonly asked: readonly AwkwardCase[];
}

const sampled = (
  name: string,
  labels: Labels,
  valueAt: (scrape: number) => number,
  before = 0,
): GivenSeries => ({
  name,
  labels,
  samples: Array.from({ length: before + SCRAPES }, (_, at) => {
    const scrape = at - before;
    return [T0 + scrape * SCRAPE_MS, valueAt(scrape)] as const;
  }),
});
/** The same value in every scrape, and in so many scrapes before. */
export const gauge = (name: string, labels: Labels, value: number, before = 0): GivenSeries =>
  sampled(name, labels, () => value, before);
export const counter = (name: string, labels: Labels, perSecond: number): GivenSeries =>
  sampled(name, labels, (scrape) => (scrape * SCRAPE_MS * perSecond) / 1000);

const pod = (name: string): Labels => ({ namespace: NAMESPACE, pod: name });
const owner = (workloadId: string, name: string, more: Labels = {}): GivenSeries =>
  gauge(SERIES.podLabels, { ...pod(name), [OWNER_LABEL]: workloadId, ...more }, 1);
/** As the scheduler exposes it for a pod that shares a device. */
const share = (workloadId: string, name: string, uuid: string, gpus: number): GivenSeries =>
  gauge(SERIES.allocatedGpus, { ...pod(name), workload_id: workloadId, node: 'n', gpu: '0', uuid }, gpus);
/** As kubelet knows the holder of a shared device. */
const reserved = (uuid: string): Labels => ({
  namespace: 'tessera-reservation',
  pod: `gpu-reservation-${uuid.toLowerCase()}`,
  UUID: uuid,
  gpu: '1',
  hostname: 'n',
});
const WHOLE = 'attribution=whole-device';

export const twice = (series: readonly GivenSeries[]): readonly GivenSeries[] =>
  ['one', 'other'].flatMap((instance) =>
    series.map((one) => ({ ...one, labels: { ...one.labels, instance: `ksm-${instance}` } })),
  );

/** The labels of a target that is itself a pod, as an operator's scrape configuration sets them. */
const target = (labels: Labels): Labels => ({
  ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`exported_${name}`, value])),
  namespace: 'monitoring',
  pod: 'exporter-0',
});

const QUOTED = 'say "hi"\\ {a="b"}\nnext';

export const AWKWARD: readonly Awkward[] = [
  {
    name: 'two kube-state-metrics count once',
    given: twice([
      owner('w-twice', 'twice-0'),
      gauge(SERIES.podPhase, { ...pod('twice-0'), phase: 'Running' }, 1),
      gauge(SERIES.podPhase, { ...pod('twice-0'), phase: 'Pending' }, 0),
      gauge(SERIES.resourceRequests, { ...pod('twice-0'), container: 'a', resource: 'cpu' }, 1),
      gauge(SERIES.resourceRequests, { ...pod('twice-0'), container: 'b', resource: 'cpu' }, 0.5),
      gauge(SERIES.workingSet, { ...pod('twice-0'), container: 'a' }, 700),
      counter(SERIES.cpuSeconds, { ...pod('twice-0'), container: 'a', id: '/1' }, 2),
    ]),
    asked: [
      { of: { workloadId: 'w-twice' }, type: 'POD_COUNT', want: { '': 1 } },
      { of: { workloadId: 'w-twice' }, type: 'RUNNING_POD_COUNT', want: { '': 1 } },
      { of: { workloadId: 'w-twice' }, type: 'CPU_REQUEST_CORES', want: { '': 1.5 } },
      { of: { workloadId: 'w-twice' }, type: 'CPU_MEMORY_USAGE_BYTES', want: { '': 700 } },
      { of: { workloadId: 'w-twice' }, type: 'CPU_USAGE_CORES', want: { '': 2 } },
    ],
  },
  {
    name: 'labels that the scrape renamed',
    given: [
      gauge(SERIES.podLabels, { ...target(pod('renamed-0')), [OWNER_LABEL]: 'w-renamed' }, 1),
      gauge(SERIES.podPhase, { ...target(pod('renamed-0')), phase: 'Running' }, 1),
      // A target with a namespace alone, so that the pod keeps its name.
      gauge(
        SERIES.gpuUtilisation,
        {
          namespace: 'gpu-operator',
          exported_namespace: NAMESPACE,
          pod: 'renamed-0',
          UUID: 'GPU-r',
          gpu: '2',
          Hostname: 'n',
        },
        70,
      ),
      gauge(SERIES.workingSet, { ...pod('renamed-0'), container: 'a' }, 900),
      counter(SERIES.gatewayRequests, { ...target({ pod: 'renamed-0' }), workload_id: 'w-renamed' }, 3),
      counter(SERIES.gatewayRequests, { ...target({ pod: 'renamed-1' }), workload_id: 'w-renamed' }, 5),
    ],
    asked: [
      { of: { workloadId: 'w-renamed' }, type: 'RUNNING_POD_COUNT', want: { '': 1 } },
      { of: { workloadId: 'w-renamed' }, type: 'GPU_UTILIZATION', want: { '': 70 } },
      { of: { workloadId: 'w-renamed' }, type: 'CPU_MEMORY_USAGE_BYTES', want: { '': 900 } },
      { of: { workloadId: 'w-renamed' }, type: 'THROUGHPUT', want: { '': 8 } },
      { of: { workloadId: 'w-renamed', pod: 'renamed-0' }, type: 'THROUGHPUT', want: { '': 3 } },
      {
        of: { workloadId: 'w-renamed', pod: 'renamed-0' },
        type: 'GPU_UTILIZATION_PER_GPU',
        want: { 'gpu=2': 70 },
      },
      { of: { workloadId: 'w-renamed', pod: 'exporter-0' }, type: 'THROUGHPUT', want: {} },
    ],
  },
  {
    name: 'an exporter in both generations of label names at once',
    given: [
      owner('w-ages', 'ages-0'),
      gauge(SERIES.gpuMemoryUsed, { ...pod('ages-0'), UUID: 'GPU-g', gpu: '0', Hostname: 'n' }, 1024),
      gauge(SERIES.gpuMemoryUsed, { ...pod('ages-0'), UUID: 'GPU-g', gpu: '0', hostname: 'n' }, 1024),
    ],
    asked: [{ of: { workloadId: 'w-ages' }, type: 'GPU_MEMORY_USAGE_BYTES', want: { '': 1024 * 1_048_576 } }],
  },
  {
    name: 'a shared device of which only the whole is known',
    given: [
      owner('w-half', 'half-0'),
      owner('w-quarter', 'quarter-0'),
      share('w-half', 'half-0', 'GPU-f', 0.5),
      share('w-quarter', 'quarter-0', 'GPU-f', 0.25),
      gauge(SERIES.gpuUtilisation, reserved('GPU-f'), 60),
      gauge(SERIES.gpuMemoryUsed, reserved('GPU-f'), 8192),
      gauge(SERIES.gpuSmActive, reserved('GPU-f'), 0.4),
      gauge(SERIES.gpuUtilisation, reserved('GPU-nobody'), 99),
    ],
    asked: [
      { of: { workloadId: 'w-half' }, type: 'GPU_UTILIZATION', want: { [WHOLE]: 60 } },
      { of: { workloadId: 'w-quarter' }, type: 'GPU_UTILIZATION', want: { [WHOLE]: 60 } },
      {
        of: { workloadId: 'w-half' },
        type: 'GPU_MEMORY_USAGE_BYTES',
        want: { [WHOLE]: 8192 * 1_048_576 },
      },
      {
        of: { workloadId: 'w-half', pod: 'half-0' },
        type: 'GPU_SM_ACTIVITY_PER_GPU',
        want: { [`${WHOLE} gpu=1`]: 0.4 },
      },
    ],
  },
  {
    name: 'two replicas on one device, which counts once',
    given: [
      ...['0', '1'].flatMap((replica) => [
        owner('w-pair', `pair-${replica}`),
        share('w-pair', `pair-${replica}`, 'GPU-two', 0.5),
      ]),
      gauge(SERIES.gpuMemoryUsed, reserved('GPU-two'), 4096),
    ],
    asked: [
      {
        of: { workloadId: 'w-pair' },
        type: 'GPU_MEMORY_USAGE_BYTES',
        want: { [WHOLE]: 4096 * 1_048_576 },
      },
    ],
  },
  {
    name: 'a replica with a device and one with a share',
    given: [
      owner('w-mixed', 'mixed-0'),
      owner('w-mixed', 'mixed-1'),
      share('w-mixed', 'mixed-1', 'GPU-m', 0.5),
      gauge(SERIES.gpuUtilisation, { ...pod('mixed-0'), UUID: 'GPU-w', gpu: '0' }, 20),
      gauge(SERIES.gpuUtilisation, reserved('GPU-m'), 80),
    ],
    asked: [
      { of: { workloadId: 'w-mixed' }, type: 'GPU_UTILIZATION', want: { [WHOLE]: 50 } },
      { of: { workloadId: 'w-mixed', pod: 'mixed-0' }, type: 'GPU_UTILIZATION', want: { '': 20 } },
    ],
  },
  {
    name: 'a shared device whose node reports per process',
    given: [
      owner('w-process', 'process-0'),
      owner('w-resting', 'resting-0'),
      share('w-process', 'process-0', 'GPU-p', 0.5),
      share('w-resting', 'resting-0', 'GPU-p', 0.5),
      gauge(SERIES.gpuUtilisation, reserved('GPU-p'), 90),
      gauge(SERIES.gpuMemoryUsed, reserved('GPU-p'), 8192),
      gauge(SERIES.gpuSmActive, reserved('GPU-p'), 0.7),
      ...['process-0', 'resting-0'].flatMap((name, index) => [
        gauge(
          SERIES.processGpuUtilisation,
          { ...pod(name), gpu_uuid: 'GPU-p', gpu: '1', pod_uuid: name },
          [30, 0][index] ?? NaN,
        ),
        gauge(
          SERIES.processGpuMemory,
          { ...pod(name), gpu_uuid: 'GPU-p', gpu: '1', pod_uuid: name },
          [2e9, 1e9][index] ?? NaN,
        ),
      ]),
    ],
    asked: [
      { of: { workloadId: 'w-process' }, type: 'GPU_UTILIZATION', want: { '': 30 } },
      { of: { workloadId: 'w-resting' }, type: 'GPU_UTILIZATION', want: { '': 0 } },
      { of: { workloadId: 'w-process' }, type: 'GPU_MEMORY_USAGE_BYTES', want: { '': 2e9 } },
      {
        of: { workloadId: 'w-process', pod: 'process-0' },
        type: 'GPU_MEMORY_USAGE_BYTES_PER_GPU',
        want: { 'gpu=1': 2e9 },
      },
      // Counters of the device's units are not reported per process.
      {
        of: { workloadId: 'w-process', pod: 'process-0' },
        type: 'GPU_SM_ACTIVITY_PER_GPU',
        want: { [`${WHOLE} gpu=1`]: 0.7 },
      },
    ],
  },
  {
    name: 'a shared device whose node reports per container',
    given: [
      owner('w-hami', 'hami-0'),
      share('w-hami', 'hami-0', 'GPU-h', 0.5),
      gauge(SERIES.gpuUtilisation, reserved('GPU-h'), 90),
      ...['a', 'b'].flatMap((container) => [
        gauge(
          SERIES.containerGpuUtilisation,
          { ...pod('hami-0'), container, vdevice_index: '0', device_uuid: 'GPU-h' },
          11,
        ),
        gauge(
          SERIES.containerGpuMemory,
          { ...pod('hami-0'), container, vdevice_index: '0', device_uuid: 'GPU-h' },
          5e8,
        ),
      ]),
    ],
    asked: [
      { of: { workloadId: 'w-hami' }, type: 'GPU_UTILIZATION', want: { '': 22 } },
      { of: { workloadId: 'w-hami' }, type: 'GPU_MEMORY_USAGE_BYTES', want: { '': 1e9 } },
    ],
  },
  {
    name: 'a shared device of which two exporters report per pod',
    given: [
      owner('w-both', 'both-0'),
      share('w-both', 'both-0', 'GPU-b', 0.5),
      gauge(SERIES.gpuUtilisation, reserved('GPU-b'), 90),
      gauge(SERIES.processGpuUtilisation, { ...pod('both-0'), gpu_uuid: 'GPU-b', gpu: '1' }, 30),
      ...['a', 'b'].map((container) =>
        gauge(
          SERIES.containerGpuUtilisation,
          { ...pod('both-0'), container, device_uuid: 'GPU-b', gpu: '1' },
          20,
        ),
      ),
    ],
    asked: [{ of: { workloadId: 'w-both' }, type: 'GPU_UTILIZATION', want: { '': 40 } }],
  },
  {
    name: 'shared devices behind labels that the scrape renamed',
    given: [
      owner('w-far', 'far-0'),
      owner('w-far', 'far-1'),
      ...['0', '1'].map((replica) =>
        gauge(
          SERIES.allocatedGpus,
          { ...target(pod(`far-${replica}`)), workload_id: 'w-far', node: 'n', uuid: `GPU-far-${replica}` },
          0.5,
        ),
      ),
      ...['0', '1'].map((replica) => {
        const { namespace = '', pod: name = '', ...device } = reserved(`GPU-far-${replica}`);
        return gauge(SERIES.gpuUtilisation, { ...target({ namespace, pod: name }), ...device }, 60);
      }),
      // A target with a pod alone, so that the namespace keeps its name.
      gauge(
        SERIES.processGpuUtilisation,
        { namespace: NAMESPACE, pod: 'exporter-0', exported_pod: 'far-1', gpu_uuid: 'GPU-far-1', gpu: '1' },
        20,
      ),
    ],
    asked: [
      { of: { workloadId: 'w-far' }, type: 'GPU_UTILIZATION', want: { [WHOLE]: 40 } },
      { of: { workloadId: 'w-far', pod: 'far-0' }, type: 'GPU_UTILIZATION', want: { [WHOLE]: 60 } },
      { of: { workloadId: 'w-far', pod: 'far-1' }, type: 'GPU_UTILIZATION', want: { '': 20 } },
    ],
  },
  {
    name: 'instances of a device in MIG mode',
    given: [
      owner('w-mig', 'mig-0'),
      owner('w-neighbour', 'neighbour-0'),
      ...[
        ['mig-0', '1', 0.5, 2048],
        ['mig-0', '2', 0.1, 1024],
        ['neighbour-0', '3', 0.9, 9000],
      ].flatMap(([name, instance, active, memory]) => {
        const labels = {
          ...pod(String(name)),
          UUID: 'GPU-mig',
          gpu: '4',
          GPU_I_ID: String(instance),
          GPU_I_PROFILE: '1g.10gb',
        };
        return [
          gauge(SERIES.gpuEngineActive, labels, Number(active)),
          gauge(SERIES.gpuMemoryUsed, labels, Number(memory)),
        ];
      }),
    ],
    asked: [
      { of: { workloadId: 'w-mig' }, type: 'GPU_UTILIZATION', want: { '': 30 } },
      { of: { workloadId: 'w-mig' }, type: 'GPU_MEMORY_USAGE_BYTES', want: { '': 3072 * 1_048_576 } },
      {
        of: { workloadId: 'w-mig', pod: 'mig-0' },
        type: 'GPU_UTILIZATION_PER_GPU',
        want: {
          'GPU_I_ID=1 GPU_I_PROFILE=1g.10gb gpu=4': 50,
          'GPU_I_ID=2 GPU_I_PROFILE=1g.10gb gpu=4': 10,
        },
      },
    ],
  },
  {
    name: 'quotes, backslashes and newlines in label values',
    given: [
      counter(SERIES.gatewayRequests, { workload_id: 'w-quoted', workload: QUOTED, pod: QUOTED }, 7),
      counter(SERIES.gatewayRequests, { workload_id: 'w-quoted', workload: QUOTED, pod: 'other' }, 1),
    ],
    asked: [
      { of: { workloadId: 'w-quoted' }, type: 'THROUGHPUT', want: { '': 8 } },
      { of: { workloadId: 'w-quoted', pod: QUOTED }, type: 'THROUGHPUT', want: { '': 7 } },
      { of: { workloadId: 'w-quoted', pod: 'x"} or vector(1) #' }, type: 'THROUGHPUT', want: {} },
    ],
  },
  {
    name: 'latency as a distribution',
    given: [
      // Per second 10 requests up to 0.1 s, 80 up to 0.5 s, 8 up to 1 s and 2 above, by two replicas.
      ...(
        [
          ['0.1', 5],
          ['0.5', 45],
          ['1', 49],
          ['+Inf', 50],
        ] as const
      ).flatMap(([le, perSecond]) =>
        ['slow-0', 'slow-1'].map((name) =>
          counter(`${SERIES.gatewaySeconds}_bucket`, { workload_id: 'w-slow', pod: name, le }, perSecond),
        ),
      ),
      counter(`${SERIES.gatewaySeconds}_sum`, { workload_id: 'w-slow', pod: 'slow-0' }, 30),
      counter(`${SERIES.gatewaySeconds}_count`, { workload_id: 'w-slow', pod: 'slow-0' }, 100),
    ],
    asked: [
      { of: { workloadId: 'w-slow' }, type: 'LATENCY', want: { '': 300 } },
      { of: { workloadId: 'w-slow' }, type: 'LATENCY_P50', want: { '': 300 } },
      { of: { workloadId: 'w-slow' }, type: 'LATENCY_P95', want: { '': 812.5 } },
      { of: { workloadId: 'w-slow' }, type: 'LATENCY_P99', want: { '': 1000 } },
      { of: { workloadId: 'w-slow', pod: 'slow-1' }, type: 'LATENCY_P50', want: { '': 300 } },
    ],
  },
];
