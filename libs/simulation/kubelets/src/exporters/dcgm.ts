import { SERIES } from '@tessera/contracts-metrics';
import type { DeviceShare } from '@tessera/contracts-kubernetes';
import { gpuUuid } from '../node/node-gpus';
import { isTerminal } from '@tessera/simulation-kubernetes-api/wire';
import { mainContainerOf } from '../pod/main-container';
import type { BusyShares } from './busy-share';
import { podLabels, runningContainers, sharesOf, type ExportedNode, type ExportedPod } from './exported';
import type { Family } from './families';

/** Usage of one GPU or MIG instance by a pod; an unallocated device has no pod and is idle. */
interface Load {
  readonly labels: Readonly<Record<string, string>>;
  readonly mig: boolean;
  /** Share of the time in which it computes, 0 to 1. */
  readonly busy: number;
  /** Framebuffer in use, MiB. */
  readonly usedMiB: number;
  /** All memory of the device or instance, MiB; undefined of an instance that nobody has. */
  readonly totalMiB: number | undefined;
  /** Since its pod started, ms. */
  readonly uptimeMs: number;
  /** Whether its pod has more than one device, which communicate. */
  readonly several: boolean;
}

interface Series {
  readonly name: string;
  readonly help: string;
  /** A gauge unless given. */
  readonly type?: 'counter';
  /** Undefined where a device of this kind has no such series. */
  readonly value: (load: Load) => number | undefined;
}

/** Parts of its memory share that a model fills: its weights always, its cache while it computes. */
const WEIGHTS = 0.7;
const CACHE = 0.2;
/** Part of a device that no pod gets, MiB. */
const RESERVED_MIB = 512;
/** What the devices of one pod say to each other all the time. */
const NVLINK_MB_PER_SECOND = 100;

/** Of an A100 with 80 GB: without work, and with all SMs active. */
const IDLE = { celsius: 32, watts: 62, mhz: 210 };
const BUSY = { celsius: 68, watts: 400, mhz: 1_410 };

const activity = (name: string, what: string, part: number): Series => ({
  name,
  help: `Part of the time in which ${what}, 0 to 1.`,
  value: ({ busy }) => Number((busy * part).toFixed(4)),
});

const traffic = (name: string, what: string, perSecond: (load: Load) => number): Series => ({
  name,
  help: `Bytes per second ${what}.`,
  value: (load) => Math.round(load.busy * perSecond(load)),
});

/** A busy language model of medium size: memory-bound, half precision on tensor cores. */
const GPU_SERIES: readonly Series[] = [
  {
    name: SERIES.gpuUtilisation,
    help: 'GPU utilisation, percent.',
    value: ({ mig, busy }) => (mig ? undefined : Math.round(busy * 100)),
  },
  { name: SERIES.gpuMemoryUsed, help: 'Framebuffer in use, MiB.', value: ({ usedMiB }) => usedMiB },
  {
    name: SERIES.gpuMemoryFree,
    help: 'Framebuffer that is free, MiB.',
    value: ({ usedMiB, totalMiB }) =>
      totalMiB === undefined ? undefined : Math.max(0, totalMiB - RESERVED_MIB - usedMiB),
  },
  {
    name: SERIES.gpuMemoryReserved,
    help: 'Framebuffer that the driver keeps for itself, MiB.',
    value: ({ totalMiB }) => (totalMiB === undefined ? undefined : RESERVED_MIB),
  },
  {
    name: SERIES.gpuNvlinkTotal,
    help: 'What all lanes of NVLink have carried, MB.',
    type: 'counter',
    value: ({ several, uptimeMs }) => (several ? Math.round((uptimeMs / 1000) * NVLINK_MB_PER_SECOND) : 0),
  },
  {
    name: SERIES.gpuTemperature,
    help: 'GPU temperature, degrees Celsius.',
    value: ({ busy }) => Math.round(IDLE.celsius + busy * (BUSY.celsius - IDLE.celsius)),
  },
  {
    name: SERIES.gpuPower,
    help: 'Power draw, W.',
    value: ({ busy }) => Math.round(IDLE.watts + busy * (BUSY.watts - IDLE.watts)),
  },
  {
    name: SERIES.gpuSmClock,
    help: 'Clock of the SMs, MHz.',
    value: ({ busy }) => Math.round(IDLE.mhz + busy * (BUSY.mhz - IDLE.mhz)),
  },
  // A simulated device never fails.
  { name: SERIES.gpuXid, help: 'Code of the last XID error; 0 for none.', value: () => 0 },
  activity(SERIES.gpuEngineActive, 'the graphics engine is active', 1),
  activity(SERIES.gpuSmActive, 'an SM has at least 1 warp assigned', 0.8),
  activity(SERIES.gpuSmOccupancy, 'warps are resident on an SM', 0.4),
  activity(SERIES.gpuTensorActive, 'the tensor pipe is active', 0.35),
  activity(SERIES.gpuFp64Active, 'the fp64 pipes are active', 0),
  activity(SERIES.gpuFp32Active, 'the fp32 pipes are active', 0.1),
  activity(SERIES.gpuFp16Active, 'the fp16 pipes are active', 0.15),
  activity(SERIES.gpuDramActive, 'the device memory interface is active', 0.6),
  traffic(SERIES.gpuNvlinkSent, 'sent over NVLink', ({ several }) => (several ? 8e9 : 0)),
  traffic(SERIES.gpuNvlinkReceived, 'received over NVLink', ({ several }) => (several ? 8e9 : 0)),
  traffic(SERIES.gpuPcieSent, 'sent over PCIe', () => 2e8),
  traffic(SERIES.gpuPcieReceived, 'received over PCIe', () => 4e8),
];

/** The labels of a device as the exporter of a node sets them. */
function deviceLabels({ seed }: ExportedNode, slot: number, mig: DeviceShare['mig']): Record<string, string> {
  return {
    gpu: String(slot),
    UUID: gpuUuid(seed, slot),
    device: `nvidia${slot}`,
    modelName: seed.gpus[slot]?.model ?? '',
    Hostname: seed.name,
    ...(mig === undefined ? {} : { GPU_I_PROFILE: mig.profile, GPU_I_ID: String(mig.start) }),
  };
}

function loadsOfPod(node: ExportedNode, worker: ExportedPod, shares: BusyShares, now: number): Load[] {
  const { current, fixedGpuUtilisation } = worker;
  const held = sharesOf(worker, node.seed);
  if (held.length === 0 || isTerminal(current)) return [];
  const container = mainContainerOf(current)?.name ?? '';
  const uptimeMs = runningContainers(worker, now).get(container);
  const fixed = fixedGpuUtilisation === undefined ? undefined : Math.min(1, fixedGpuUtilisation / 100);
  const busy = uptimeMs === undefined ? 0 : (fixed ?? shares.of(worker, now, uptimeMs));
  return held.map(({ slot, memoryMiB, mig }) => ({
    labels: { ...deviceLabels(node, slot, mig), ...podLabels(current), container },
    mig: mig !== undefined,
    busy,
    usedMiB: uptimeMs === undefined ? 0 : Math.floor(memoryMiB * (WEIGHTS + CACHE * busy)),
    totalMiB: mig === undefined ? (node.seed.gpus[slot]?.memoryMiB ?? memoryMiB) : memoryMiB,
    uptimeMs: uptimeMs ?? 0,
    several: held.length > 1,
  }));
}

/** Unallocated devices. */
function idleLoads(node: ExportedNode, taken: ReadonlySet<string>): Load[] {
  const idle = { busy: 0, usedMiB: 0, uptimeMs: 0, several: false };
  return node.seed.gpus.flatMap((gpu, slot): Load[] =>
    (gpu.mig ?? [undefined])
      .map((mig) => ({
        labels: deviceLabels(node, slot, mig),
        mig: mig !== undefined,
        totalMiB: mig === undefined ? gpu.memoryMiB : undefined,
        ...idle,
      }))
      .filter(({ labels }) => !taken.has(deviceKey(labels))),
  );
}

const deviceKey = ({ gpu = '', GPU_I_ID = '' }: Readonly<Record<string, string>>): string =>
  `${gpu}/${GPU_I_ID}`;

function loadsOf(node: ExportedNode, shares: BusyShares, now: number): readonly Load[] {
  const loads = [...node.workers.values()].flatMap((worker) => loadsOfPod(node, worker, shares, now));
  return [...loads, ...idleLoads(node, new Set(loads.map(({ labels }) => deviceKey(labels))))];
}

/**
 * GPUs of the healthy nodes, with the names and labels of NVIDIA's exporter. A device shared by pods has one series per
 * pod, with that pod's usage.
 */
export function dcgmFamilies(
  nodes: Iterable<ExportedNode>,
  shares: BusyShares,
  now: number,
): readonly Family[] {
  const loads = [...nodes].filter(({ alive }) => alive).flatMap((node) => loadsOf(node, shares, now));
  return GPU_SERIES.map(({ name, help, type, value }) => ({
    name,
    help,
    type: type ?? 'gauge',
    samples: loads.flatMap((load) => {
      const seen = value(load);
      return seen === undefined ? [] : [{ labels: load.labels, value: seen }];
    }),
  }));
}
