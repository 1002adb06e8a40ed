import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import type { GivenSeries } from '../series-source';
import { counter, gauge, interrupted, type Labels } from './given';

const NODE = { cluster: 'blank', node: 'g', node_pool: 'p3' };
const POD = { namespace: 'n3', pod: 'b-0' };
const GIB = 1024 ** 3;

/** What the exporter says of a device; MiB for memory, bytes per second for what is sent. */
interface Device {
  readonly utilisation: number;
  readonly active: number;
  readonly usedMiB: number;
  readonly sent: number;
  readonly total: (labels: Labels) => GivenSeries;
}
const ofTotal = (value: number) => (labels: Labels) => gauge(SERIES.gpuNvlinkTotal, labels, value);
const broken = (value: number) => (labels: Labels) =>
  interrupted(counter(SERIES.gpuNvlinkTotal, labels, 70), value);

const INT32 = 2_147_483_632;
const FP64 = 2 ** 47;
const INT64 = 2 ** 63;

/** The first device says all of it; the others have no value, in each of the ways of DCGM, or a number that is none. */
const DEVICES: readonly Device[] = [
  {
    utilisation: 50,
    active: 0.5,
    usedMiB: 1_000,
    sent: 3e9,
    total: (labels) => counter(SERIES.gpuNvlinkTotal, labels, 100),
  },
  { utilisation: INT32 + 2, active: FP64, usedMiB: INT64, sent: INT32, total: ofTotal(INT64) },
  { utilisation: INT64, active: FP64 + 3, usedMiB: INT32, sent: INT64, total: broken(INT64) },
  { utilisation: FP64 + 1, active: INT32 + 1, usedMiB: FP64, sent: INT32 + 15, total: broken(INT32) },
  { utilisation: NaN, active: Infinity, usedMiB: NaN, sent: Infinity, total: ofTotal(NaN) },
];

const ofDevices = DEVICES.flatMap(({ utilisation, active, usedMiB, sent, total }, index) => {
  const labels = { ...POD, UUID: `GPU-g${index}`, gpu: String(index), hostname: 'g' };
  return [
    gauge(SERIES.gpuUtilisation, labels, utilisation),
    gauge(SERIES.gpuSmActive, labels, active),
    gauge(SERIES.gpuMemoryUsed, labels, usedMiB),
    gauge(SERIES.gpuMemoryFree, labels, 3_000),
    gauge(SERIES.gpuNvlinkSent, labels, sent),
    total(labels),
  ];
});

/** A node whose exporter passes on what DCGM reports in place of an absent value. */
export const BLANKS: readonly GivenSeries[] = [
  ...ofDevices,
  gauge(SERIES.nodeInfo, { ...NODE, hostname: 'g', Hostname: 'g' }, 1),
  gauge(SERIES.allocatedGpus, { ...POD, workload_id: 'b', node: 'g', gpu: '0' }, 1),
  gauge(SERIES.allocatedGpuMemory, { ...POD, workload_id: 'b', node: 'g', gpu: '0' }, 4 * GIB),
  gauge(SERIES.podLabels, { ...POD, [OWNER_LABEL]: 'b' }, 1),
];
