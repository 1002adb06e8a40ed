import type { ReplicaPod } from '@tessera/application-reconciliation';
import { replicaPod } from '@tessera/application-reconciliation/testing';
import { SCHEDULER_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Registry } from '@tessera/platform-telemetry';
import { deviceShare, gpuAllocation } from '@tessera/testing-builders';
import { backlogGauges, clusterGauges, type Allocations, awaitingQuotaGauge } from './gauges';
import { deviceGauges } from './device-gauges';
import { nodeGauges, type KnownNodes } from './node-gauges';
import { workloadGauges, type ScaledWorkloads } from './workload-gauges';

type Device = NonNullable<ReplicaPod['allocation']>['devices'][number];

const pod = (name: string, devices: readonly Device[], more: Partial<ReplicaPod> = {}): ReplicaPod =>
  replicaPod({
    ...{ uid: `uid-of-${name}`, name, namespace: 'runai-team-a', workloadId: 'w-1', projectId: '7' },
    ...{ phase: 'Running', ready: true, cpuMilli: 100, memoryMiB: 100 },
    allocation: gpuAllocation({ devices: [...devices] }),
    ...more,
  });

/** The series exported by a scheduler, without help and type. */
const scraped = async (source: Partial<Allocations>): Promise<readonly string[]> =>
  samplesIn(await exposition(source));

const samplesIn = (page: string): readonly string[] =>
  page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

function exposition(source: Partial<Allocations>): Promise<string> {
  const registry = new Registry();
  clusterGauges(registry, {
    leading: true,
    replicas: () => [],
    projectOf: () => 'team-a',
    pending: () => [],
    ...source,
  });
  return registry.metrics();
}

function expositionOfNodes(source: Partial<KnownNodes>): Promise<string> {
  const registry = new Registry();
  nodeGauges(registry, { leading: true, nodes: () => [], ...source });
  return registry.metrics();
}

function expositionOfWorkloads(source: Partial<ScaledWorkloads>): Promise<string> {
  const registry = new Registry();
  workloadGauges(registry, {
    leading: true,
    replicas: () => [],
    refOf: (workloadId) => ({ workloadId, name: 'chat', projectId: '7', projectName: 'team-a' }) as never,
    figures: () => [],
    ...source,
  });
  return registry.metrics();
}

it.each(Object.keys(SCHEDULER_LABELS) as (keyof typeof SCHEDULER_LABELS)[])(
  'a scheduler exports %s of the contract',
  async (name) => {
    const devices = new Registry();
    deviceGauges(devices, { leading: true, clusterId: 'c1', nodes: () => [] });
    const pages = [
      ...[await exposition({}), await expositionOfNodes({}), await expositionOfWorkloads({})],
      await devices.metrics(),
    ];
    expect(pages.join('')).toContain(`# TYPE ${SERIES[name]} gauge`);
  },
);

const PLACE = 'project="team-a",workload_id="w-1",namespace="runai-team-a"';

describe('the gauges of allocated GPUs', () => {
  it('export GPUs and bytes of every device that a pod holds, with its UUID once it is known', async () => {
    expect(
      await scraped({
        replicas: () => [pod('chat-0', [deviceShare(0), deviceShare(1)], { devices: ['GPU-x'] })],
      }),
    ).toEqual([
      `tessera_pod_allocated_gpus{${PLACE},pod="chat-0",node="node-a",gpu="0",uuid="GPU-x"} 0.5`,
      `tessera_pod_allocated_gpus{${PLACE},pod="chat-0",node="node-a",gpu="1",uuid=""} 0.5`,
      `tessera_pod_allocated_gpu_memory_bytes{${PLACE},pod="chat-0",node="node-a",gpu="0",uuid="GPU-x"} 21474836480`,
      `tessera_pod_allocated_gpu_memory_bytes{${PLACE},pod="chat-0",node="node-a",gpu="1",uuid=""} 21474836480`,
    ]);
  });

  it('add up the MIG instances that a pod holds of one device', async () => {
    const instance = (start: number): Device => ({
      slot: 3,
      milliGpu: 142,
      memoryMiB: 4_864,
      mig: { profile: '1g.5gb', start },
    });
    const lines = await scraped({ replicas: () => [pod('chat-0', [instance(2), instance(3)])] });
    expect(lines).toEqual([
      expect.stringMatching(/gpus\{.*gpu="3",uuid=""\} 0\.284$/),
      expect.stringMatching(/bytes\{.*gpu="3",uuid=""\} 10200547328$/),
    ]);
  });

  it.each([
    ['ended', { phase: 'Succeeded' }, 0],
    ['failed', { phase: 'Failed' }, 0],
    ['is terminating', { terminating: true }, 2],
    ['waits for its image', { phase: 'Pending', ready: false }, 2],
  ] as const)('count a pod that %s as long as it holds its share', async (_what, more, lines) => {
    expect(await scraped({ replicas: () => [pod('chat-0', [deviceShare(0)], more)] })).toHaveLength(lines);
  });

  it('leave out pods without GPUs', async () => {
    expect(await scraped({ replicas: () => [pod('chat-0', [])] })).toEqual([]);
  });

  it('name the project by its id if its workload is unknown', async () => {
    const lines = await scraped({
      replicas: () => [pod('chat-0', [deviceShare(0)])],
      projectOf: () => undefined,
    });
    expect(lines[0]).toContain('project="7"');
  });

  it('drop a deleted pod at the next scrape', async () => {
    const registry = new Registry();
    const pods = [pod('chat-0', [deviceShare(0)])];
    clusterGauges(registry, {
      leading: true,
      replicas: () => pods,
      projectOf: () => 'team-a',
      pending: () => [],
    });
    expect(await registry.metrics()).toContain('chat-0');
    pods.pop();
    expect(await registry.metrics()).not.toContain('chat-0');
  });
});

describe('the gauge of replicas that fit on no node', () => {
  const ref = { workloadId: 'w-2', name: 'big', projectId: '7', projectName: 'team-a' };

  it('exports them by workload', async () => {
    const pending = [{ ref, replicas: 3, waitingMs: 90_500, reason: 'GpuShare' }];
    const source = pending as unknown as ReturnType<Allocations['pending']>;
    expect(await scraped({ pending: () => source })).toEqual([
      'tessera_scheduler_pending_replicas{project="team-a",workload_id="w-2"} 3',
      'tessera_scheduler_pending_seconds{project="team-a",workload="big",workload_id="w-2",reason="GpuShare"} 90.5',
    ]);
  });
});

describe('the gauges of nodes', () => {
  const device = { slot: 0, model: 'A100', memoryMiB: 81_920 };
  const node = { name: 'node-a', pool: 'p', unschedulable: false, devices: [device] };
  const nodes = [node, { ...node, name: 'node-b', pool: undefined, unschedulable: true }] as never;

  it('export whether replicas may be placed, and the devices that may be used', async () => {
    expect(samplesIn(await expositionOfNodes({ nodes: () => nodes }))).toEqual([
      'tessera_node_ready{node="node-a",pool="p"} 1',
      'tessera_node_ready{node="node-b",pool=""} 0',
      'tessera_node_gpus{node="node-a",pool="p",model="A100"} 1',
      'tessera_node_gpus{node="node-b",pool="",model="A100"} 1',
    ]);
  });

  it('leave out devices that must not be used', async () => {
    const broken = { ...node, devices: [device, { ...device, slot: 1, unavailable: true }] } as never;
    expect(samplesIn(await expositionOfNodes({ nodes: () => [broken] }))).toContain(
      'tessera_node_gpus{node="node-a",pool="p",model="A100"} 1',
    );
  });
});

describe('the gauges of workloads', () => {
  const WORKLOAD = 'project="team-a",workload="chat",workload_id="w-1"';
  const rule = { metric: 'concurrency', target: 4, observed: 5.5, inPanic: true };

  it('export what a workload is to have, what it has, and why', async () => {
    const page = await expositionOfWorkloads({
      replicas: () => [
        pod('chat-0', []),
        pod('chat-1', [], { ready: false }),
        pod('chat-2', [], { phase: 'Failed' }),
        pod('chat-3', [], { terminating: true }),
      ],
      figures: () => [['w-1', { desired: 3, most: 5, rule }]],
    });
    expect(samplesIn(page)).toEqual([
      `tessera_workload_desired_replicas{${WORKLOAD}} 3`,
      `tessera_workload_replicas{${WORKLOAD}} 3`,
      `tessera_workload_ready_replicas{${WORKLOAD}} 1`,
      `tessera_workload_max_replicas{${WORKLOAD}} 5`,
      `tessera_workload_scale_panic{${WORKLOAD}} 1`,
      `tessera_workload_scale_observed{${WORKLOAD},metric="concurrency"} 5.5`,
      `tessera_workload_scale_target{${WORKLOAD},metric="concurrency"} 4`,
    ]);
  });

  it('export a workload that sleeps with zeros, and nothing of what it does not measure', async () => {
    const page = await expositionOfWorkloads({ figures: () => [['w-1', { desired: 0 }]] });
    expect(samplesIn(page)).toEqual([
      `tessera_workload_desired_replicas{${WORKLOAD}} 0`,
      `tessera_workload_replicas{${WORKLOAD}} 0`,
      `tessera_workload_ready_replicas{${WORKLOAD}} 0`,
    ]);
  });

  it('leave out a workload that the reconciler does not know', async () => {
    const figures = () => [['w-1', { desired: 1 }]] as const;
    expect(samplesIn(await expositionOfWorkloads({ figures, refOf: () => undefined }))).toEqual([]);
  });
});

it('the gauges of the backlog export keys and seconds', async () => {
  const registry = new Registry();
  backlogGauges(registry, { backlog: { keys: 12, oldestMs: 1_500 } });
  expect(samplesIn(await registry.metrics())).toEqual([
    'tessera_scheduler_backlog_keys 12',
    'tessera_scheduler_backlog_oldest_seconds 1.5',
  ]);
});

it('exports nothing while another scheduler leads', async () => {
  const source = { leading: false, replicas: () => [pod('chat-0', [deviceShare(0)])] };
  expect(await scraped(source)).toEqual([]);
});

it.each([
  [true, ['tessera_scheduler_awaiting_quota 2']],
  [false, []],
])('the workloads whose quota is not known, of a scheduler that leads: %s', async (leading, expected) => {
  const registry = new Registry();
  awaitingQuotaGauge(registry, { leading }, { awaitingQuotaCount: 2 });
  const text = await registry.metrics();
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(expected);
});
