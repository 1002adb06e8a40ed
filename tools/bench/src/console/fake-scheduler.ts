import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeviceHolder, DeviceReport, NodeReport } from '@tessera/contracts-internal';
import { maybe } from '@tessera/kernel';
import type { SeededWorkload } from './seed-rows';

const GPUS = 8;
const MODEL = 'NVIDIA-A100-SXM4-40GB';
const MEMORY_MIB = 40_960;
const HOUR_MS = 3_600_000;
/** Every such node has its GPUs in MIG mode. */
const MIG_EVERY = 8;
const LAYOUT = [
  { profile: '2g.10gb', start: 0, size: 2, milliGpu: 285 },
  { profile: '1g.5gb', start: 2, size: 1, milliGpu: 142 },
  { profile: '1g.5gb', start: 3, size: 1, milliGpu: 142 },
  { profile: '3g.20gb', start: 4, size: 4, milliGpu: 428 },
] as const;
/** Shares of GPUs in turn, thousandths. */
const SHARES = [[500, 500], [250, 250, 250], [1000], [125, 375, 500], [400, 200], []] as const;

/** A scheduler as the API sees it, with GPUs that hold the workloads. */
export interface FakeScheduler {
  readonly url: string;
  readonly nodes: readonly NodeReport[];
  stop(): Promise<void>;
}

/** Serves the internal routes that the console makes the API ask for. */
export async function fakeScheduler(
  count: number,
  workloads: () => readonly SeededWorkload[],
): Promise<FakeScheduler> {
  let made: readonly NodeReport[] | undefined;
  const nodes = (): readonly NodeReport[] => (made ??= nodesOf(count, workloads()));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://scheduler');
    response.writeHead(200, { 'content-type': 'application/json' });
    if (!pathname.endsWith('/nodes')) {
      response.end(JSON.stringify({ clusterId: pathname.split('/').at(-1) }));
      return;
    }
    const offset = Number(searchParams.get('offset') ?? 0);
    const end = offset + Number(searchParams.get('limit') ?? count);
    const page = nodes().slice(offset, end);
    const shown = searchParams.get('holders') === 'true' ? page : page.map(withoutHolders);
    response.end(JSON.stringify({ nodes: shown, ...(end < count ? { next: end } : {}) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get nodes() {
      return nodes();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const withoutHolders = (node: NodeReport): NodeReport => ({
  ...node,
  devices: node.devices.map(({ holders: _holders, reservation: _reservation, ...device }) => device),
});

function nodesOf(count: number, workloads: readonly SeededWorkload[]): readonly NodeReport[] {
  const running = workloads[Symbol.iterator]();
  const began = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const devices = Array.from({ length: GPUS }, (_unused, slot) => deviceOf(index, slot, running, began));
    const at = new Date(began - 90 * 24 * HOUR_MS).toISOString();
    return {
      name: `node-${String(index + 1).padStart(5, '0')}`,
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      createdAt: at,
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
        ...{ type, status: type === 'Ready' ? 'True' : 'False', reason: `Kubelet${type}` },
        ...{ message: `kubelet reports ${type}`, lastTransitionTime: at },
      })),
      status: index % 97 === 96 ? 'NotReady' : index % 61 === 60 ? 'Unschedulable' : 'Ready',
      pool: `pool-${index % 4}`,
      taints: [],
      cpuMilli: 128_000,
      memoryMiB: 1_048_576,
      replicas: devices.reduce((sum, { holders = [] }) => sum + holders.length, 0),
      devices,
    };
  });
}

function deviceOf(
  node: number,
  slot: number,
  workloads: Iterator<SeededWorkload>,
  now: number,
): DeviceReport {
  const isPartitioned = node % MIG_EVERY === 0;
  const shares = SHARES[(node * GPUS + slot) % SHARES.length] ?? [];
  const holders = isPartitioned
    ? LAYOUT.filter((_one, place) => (node + slot + place) % 3 !== 0).flatMap(({ milliGpu, ...mig }) =>
        holderOf(workloads, milliGpu, now, mig),
      )
    : shares.flatMap((milliGpu) => holderOf(workloads, milliGpu, now));
  const sum = (of: (holder: DeviceHolder) => number): number =>
    holders.reduce((total, holder) => total + of(holder), 0);
  const isShared = !isPartitioned && holders.some(({ milliGpu }) => milliGpu < 1000);
  return {
    index: slot,
    model: MODEL,
    memoryMiB: MEMORY_MIB,
    allocatedMilliGpu: sum(({ milliGpu }) => milliGpu),
    allocatedMiB: sum(({ memoryMiB }) => memoryMiB),
    unavailable: (node * GPUS + slot) % 211 === 210,
    holders,
    ...(isShared
      ? {
          uuid: `GPU-${String(node).padStart(8, '0')}-${slot}`,
          reservation: {
            pod: `gpu-reservation-${node}-${slot}`,
            phase: 'Running',
            since: new Date(now - 30 * HOUR_MS).toISOString(),
          },
        }
      : {}),
    ...(isPartitioned
      ? {
          migSlices: 8,
          mig: LAYOUT.map(({ milliGpu: _milli, ...one }) => ({
            ...one,
            used: holders.some(({ mig }) => mig?.start === one.start),
          })),
        }
      : {}),
  };
}

function holderOf(
  workloads: Iterator<SeededWorkload>,
  milliGpu: number,
  now: number,
  mig?: { readonly profile: string; readonly start: number; readonly size: number },
): readonly DeviceHolder[] {
  const { done, value } = workloads.next() as IteratorResult<SeededWorkload, undefined>;
  if (done === true) return [];
  return [
    {
      workloadId: value.id,
      namespace: `runai-${value.projectId}`,
      pod: `${value.name}-x7k2p9-0`,
      replica: 0,
      milliGpu,
      memoryMiB: Math.round((MEMORY_MIB * milliGpu) / 1000),
      ...maybe('mig', mig),
      // Ages from minutes to about two months.
      since: new Date(now - (value.id.charCodeAt(0) % 16) ** 3 * 0.4 * HOUR_MS - 60_000).toISOString(),
    },
  ];
}
