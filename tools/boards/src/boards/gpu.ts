import { SERIES } from '@tessera/contracts-metrics';
import { bars, lines, NEUTRAL, NONE, stat, table, upTo, type Board } from '../kit/board';
import { count, max, orZero, perDevice, sum } from '../kit/promql';

/** Devices of the nodes that were chosen; the exporter calls them by either label. */
const on = (expr: string): string =>
  `((${expr}) and on (node) ${max('tessera_node_ready{node=~"$node"}', 'node')})`;
const device = (series: string): string => on(perDevice(series));
const LEGEND = '{{node}} GPU {{gpu}}';

const perDevices = (title: string, meaning: string, unit: string, series: string, rest = {}) =>
  lines(title, meaning, unit, [{ expr: device(series), legend: LEGEND }], rest);

export const GPU: Board = {
  uid: 'tessera-gpu',
  title: 'Tessera: GPU',
  description: 'Are the devices healthy, warm, full and at work?',
  variables: [{ name: 'node', label: 'Node', series: SERIES.nodeReady, of: 'node', choice: 'all' }],
  rows: [
    {
      panels: [
        stat(
          'Devices with XID errors',
          'Devices whose driver reported an error last. 79 is a device that has left the bus and 48, 63, 64, 94, 95 are memory: cordon the node, drain it and reset or replace the device. 13, 31 and 43 come from the program.',
          'short',
          orZero(count(`${device(SERIES.gpuXid)} > 0`)),
          { limits: NONE, alert: 'TesseraGpuXidErrors' },
        ),
        stat(
          'Devices',
          'Devices that report to Prometheus. Fewer than GPUs ready on the board Fleet: an exporter is missing.',
          'short',
          count(device(SERIES.gpuTemperature)),
          { limits: NEUTRAL },
        ),
        stat(
          'At work',
          'Mean share of the time in which devices compute.',
          'percentunit',
          `avg(${device(SERIES.gpuEngineActive)})`,
          { limits: NEUTRAL, decimals: 0 },
        ),
        stat(
          'Memory in use',
          'Framebuffer in use on all devices.',
          'bytes',
          `1048576 * sum(${on(perDevice(SERIES.gpuMemoryUsed, 'sum'))})`,
          { limits: NEUTRAL },
        ),
        stat(
          'Hottest',
          'Temperature of the hottest device. Above 83 degrees most slow down: look at fans, and at the neighbours in the rack.',
          'celsius',
          `max(${device(SERIES.gpuTemperature)})`,
          { limits: upTo(75, 83) },
        ),
        stat('Power', 'Power that all devices draw.', 'watt', `sum(${device(SERIES.gpuPower)})`, {
          limits: NEUTRAL,
        }),
      ],
    },
    {
      title: 'Use',
      panels: [
        perDevices(
          'Activity',
          'Share of the time in which the device computes at all. High activity with few active SMs is a small batch.',
          'percentunit',
          SERIES.gpuEngineActive,
          { max: 1 },
        ),
        perDevices(
          'Active SMs',
          'Share of the time in which an SM has work, averaged over the SMs: how much of the device is busy, not only whether.',
          'percentunit',
          SERIES.gpuSmActive,
          { max: 1 },
        ),
        lines(
          'Memory',
          'Framebuffer in use by device. A server that takes all of it at its start is usual: vLLM fills its cache.',
          'bytes',
          [{ expr: `1048576 * (${on(perDevice(SERIES.gpuMemoryUsed, 'sum'))})`, legend: LEGEND }],
        ),
      ],
    },
    {
      title: 'What bounds the work',
      panels: [
        perDevices(
          'Tensor cores',
          'Share of the time in which the tensor cores work: prompts and large batches raise it.',
          'percentunit',
          SERIES.gpuTensorActive,
          { max: 1 },
        ),
        perDevices(
          'Memory interface',
          'Share of the time in which memory moves data. Near 0.8 it is what bounds the making of tokens.',
          'percentunit',
          SERIES.gpuDramActive,
          { max: 1 },
        ),
        lines('PCIe', 'Bytes per second over PCIe, in and out: models that load, or that swap.', 'Bps', [
          {
            expr: `${device(SERIES.gpuPcieReceived)} + ${device(SERIES.gpuPcieSent)}`,
            legend: LEGEND,
          },
        ]),
      ],
    },
    {
      title: 'Health',
      panels: [
        perDevices(
          'Temperature',
          'Degrees by device. One that is warmer than its neighbours at the same load has a fan or dust to look at.',
          'celsius',
          SERIES.gpuTemperature,
        ),
        perDevices(
          'Power draw',
          'Power by device. At its limit the clock falls: compare with the next panel.',
          'watt',
          SERIES.gpuPower,
        ),
        lines('SM clock', 'Clock of the SMs. A fall under load is throttling by heat or power.', 'hertz', [
          { expr: `1000000 * (${device(SERIES.gpuSmClock)})`, legend: LEGEND },
        ]),
      ],
    },
    {
      title: 'Devices',
      panels: [
        table(
          'Last XID by device',
          'Code of the last error that the driver reported for each device; 0 for none. Codes are in the documentation of the driver.',
          'short',
          device(SERIES.gpuXid),
          { node: 'Node', gpu: 'GPU', Value: 'Last XID' },
          { limits: NONE },
        ),
        bars(
          'Replicas by device',
          'How many replicas share each device. More than one is a fraction: what the exporter reports of it is the sum of all sharers.',
          'short',
          [
            {
              expr: on(`count by (node, gpu) (${sum(SERIES.allocatedGpus, 'node', 'gpu', 'pod')})`),
              legend: LEGEND,
            },
          ],
          { width: 12 },
        ),
      ],
    },
  ],
};
