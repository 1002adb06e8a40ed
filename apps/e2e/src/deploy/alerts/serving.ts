import type { Scenario } from './scenario';

const labels = (workload: string): string =>
  `project="p", workload="${workload}", workload_id="id-${workload}"`;
/** Series of one workload, by the end of their names. */
const workload = (
  name: string,
  values: Readonly<Record<'desired_replicas' | 'max_replicas' | 'ready_replicas', string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).map(([end, value]) => [`tessera_workload_${end}{${labels(name)}}`, value]),
  );
const scale = (end: 'observed' | 'target', name: string, metric: string): string =>
  `tessera_workload_scale_${end}{${labels(name)}, metric="${metric}"}`;

/** Two replicas of three, at their load. */
const CALM = {
  ...workload('calm', { desired_replicas: '2x100', max_replicas: '3x100', ready_replicas: '2x100' }),
  [scale('target', 'calm', 'concurrency')]: '10x100',
  [scale('observed', 'calm', 'concurrency')]: '8x100',
};

/** Workloads, the gateway, devices and measurements. */
export const SERVING: readonly Scenario[] = [
  {
    name: 'a workload that fits on no node for a quarter of an hour, which is not said twice',
    series: {
      [`tessera_scheduler_pending_seconds{${labels('big')}, reason="InsufficientGpu"}`]: '0+60x45',
      ...workload('big', { desired_replicas: '1x45', max_replicas: '1x45', ready_replicas: '0x45' }),
    },
    fires: ['TesseraInferencePendingTooLong'],
    silent: ['TesseraInferenceNoReadyReplicas'],
  },
  {
    name: 'a workload that waits for five minutes',
    series: {
      [`tessera_scheduler_pending_seconds{${labels('big')}, reason="InsufficientGpu"}`]: '_x35 0+60x10',
    },
    fires: [],
    silent: ['TesseraInferencePendingTooLong'],
  },
  {
    name: 'a workload of which no replica becomes ready, and one that sleeps',
    series: {
      ...CALM,
      ...workload('broken', { desired_replicas: '1x45', max_replicas: '2x45', ready_replicas: '0x45' }),
      ...workload('asleep', { desired_replicas: '0x45', max_replicas: '2x45', ready_replicas: '0x45' }),
    },
    fires: ['TesseraInferenceNoReadyReplicas'],
  },
  {
    name: 'a workload at its maximum with more load than that carries',
    series: {
      ...CALM,
      ...workload('full', { desired_replicas: '3x45', max_replicas: '3x45', ready_replicas: '3x45' }),
      [scale('target', 'full', 'concurrency')]: '10x45',
      [scale('observed', 'full', 'concurrency')]: '19x45',
    },
    fires: ['TesseraInferenceAtMaxReplicas'],
  },
  {
    name: 'workloads at their maximum within their load, or with a fixed number',
    series: {
      ...CALM,
      ...workload('fine', { desired_replicas: '3x45', max_replicas: '3x45', ready_replicas: '3x45' }),
      [scale('target', 'fine', 'concurrency')]: '10x45',
      [scale('observed', 'fine', 'concurrency')]: '9x45',
      ...workload('fixed', { desired_replicas: '1x45', max_replicas: '1x45', ready_replicas: '1x45' }),
    },
    fires: [],
    silent: ['TesseraInferenceAtMaxReplicas', 'TesseraAutoscalerNoData', 'TesseraAutoscalerFlapping'],
  },
  {
    name: 'starts that take ten minutes',
    series: {
      'tessera_scheduler_replica_start_seconds_bucket{le="300"}': '0x100',
      'tessera_scheduler_replica_start_seconds_bucket{le="600"}': '0+1x100',
      'tessera_scheduler_replica_start_seconds_bucket{le="+Inf"}': '0+1x100',
    },
    atMinutes: 90,
    fires: ['TesseraColdStartsSlow'],
  },
  {
    name: 'starts of a minute',
    series: {
      'tessera_scheduler_replica_start_seconds_bucket{le="60"}': '0+1x100',
      'tessera_scheduler_replica_start_seconds_bucket{le="300"}': '0+1x100',
      'tessera_scheduler_replica_start_seconds_bucket{le="+Inf"}': '0+1x100',
    },
    atMinutes: 90,
    fires: [],
    silent: ['TesseraColdStartsSlow'],
  },
  {
    name: 'requests that woke a workload in vain',
    series: {
      [`tessera_gateway_refusals_total{${labels('broken')}, reason="timeout"}`]: '_x35 1x10',
      ...workload('broken', { desired_replicas: '0x38 1x7', max_replicas: '2x45', ready_replicas: '0x45' }),
    },
    fires: ['TesseraScaleFromZeroFailed'],
  },
  {
    name: 'requests that were refused while replicas served others, or whose client left',
    series: {
      ...CALM,
      [`tessera_gateway_refusals_total{${labels('calm')}, reason="timeout"}`]: '0+1x45',
      [`tessera_gateway_refusals_total{${labels('gone')}, reason="left"}`]: '0+1x45',
    },
    fires: [],
    silent: ['TesseraScaleFromZeroFailed', 'TesseraGatewayQueueFull'],
  },
  {
    name: 'a rule of scaling without data, beside latencies that nobody has measured',
    series: {
      ...CALM,
      ...workload('blind', { desired_replicas: '1x45', max_replicas: '2x45', ready_replicas: '1x45' }),
      [scale('target', 'blind', 'vllm:num_requests_waiting')]: '10x45',
      ...workload('idle', { desired_replicas: '1x45', max_replicas: '2x45', ready_replicas: '1x45' }),
      [scale('target', 'idle', 'latency')]: '500x45',
    },
    fires: ['TesseraAutoscalerNoData'],
  },
  {
    name: 'a workload that goes up and down',
    series: workload('restless', {
      desired_replicas: '1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2x30',
      max_replicas: '3x50',
      ready_replicas: '1x50',
    }),
    fires: ['TesseraAutoscalerFlapping'],
  },
  {
    name: 'a queue that is full',
    series: {
      ...CALM,
      [`tessera_gateway_refusals_total{${labels('calm')}, reason="full"}`]: '_x35 4x10',
    },
    fires: ['TesseraGatewayQueueFull'],
  },
  {
    name: 'requests that are held during the whole scenario',
    series: { [`tessera_gateway_held{${labels('busy')}, instance="a"}`]: '2x45' },
    fires: ['TesseraGatewayHoldsRequests'],
  },
  {
    name: 'requests that are held for a start',
    series: { [`tessera_gateway_held{${labels('busy')}, instance="a"}`]: '0x35 2x2 0x8' },
    fires: [],
    silent: ['TesseraGatewayHoldsRequests'],
  },
  {
    name: 'a certificate that ends in six days, and one that was renewed',
    series: {
      'tessera_gateway_certificate_not_after_seconds{job="gateway", instance="a"}': '518400x45',
      'tessera_gateway_certificate_not_after_seconds{job="gateway", instance="b"}': '518400x38 8640000x7',
      'tessera_gateway_certificate_unusable{job="gateway", instance="a"}': '0x45',
    },
    fires: ['TesseraGatewayCertificateExpires'],
    silent: ['TesseraGatewayCertificateUnusable'],
  },
  {
    name: 'files without a certificate that can be used, and files that were being replaced',
    series: {
      'tessera_gateway_certificate_not_after_seconds{job="gateway", instance="a"}': '8640000x45',
      'tessera_gateway_certificate_unusable{job="gateway", instance="a"}': '0x30 1x15',
      'tessera_gateway_certificate_unusable{job="gateway", instance="b"}': '0x38 1x2 0x5',
    },
    fires: ['TesseraGatewayCertificateUnusable'],
    silent: ['TesseraGatewayCertificateExpires'],
  },
  {
    name: 'a node that is gone, and one that was restarted',
    series: {
      'tessera_node_ready{node="a", pool=""}': '1x20 0x25',
      'tessera_node_ready{node="b", pool=""}': '1x20 0x5 1x20',
    },
    fires: ['TesseraNodeNotReady'],
  },
  {
    name: 'the first device that was healed',
    series: { 'tessera_overfull_devices_healed_total{cause="shares"}': '_x35 1x10' },
    fires: ['TesseraOverfullDevicesHealed'],
  },
  {
    name: 'devices that were healed long ago, and nodes that are ready',
    series: {
      'tessera_overfull_devices_healed_total{cause="shares"}': '1x45',
      'tessera_node_ready{node="a", pool=""}': '1x45',
    },
    fires: [],
    silent: ['TesseraOverfullDevicesHealed', 'TesseraNodeNotReady'],
  },
  {
    name: 'a device whose program failed, in several series of one device',
    series: {
      'DCGM_FI_DEV_XID_ERRORS{Hostname="n", gpu="0", UUID="u", pod="a"}': '0x60 31x30',
      'DCGM_FI_DEV_XID_ERRORS{Hostname="n", gpu="0", UUID="u", pod="b"}': '0x60 31x30',
      'DCGM_FI_DEV_XID_ERRORS{Hostname="n", gpu="1", UUID="v"}': '43x90',
    },
    atMinutes: 80,
    fires: ['TesseraGpuXidErrors'],
    silent: ['TesseraGpuFailed'],
  },
  {
    name: 'a device that fell off the bus, long ago',
    series: { 'DCGM_FI_DEV_XID_ERRORS{Hostname="n", gpu="0", UUID="u"}': '79x90' },
    atMinutes: 80,
    fires: ['TesseraGpuFailed'],
    silent: ['TesseraGpuXidErrors'],
  },
  {
    name: 'a device whose errors DCGM can no longer read',
    series: { 'DCGM_FI_DEV_XID_ERRORS{Hostname="n", gpu="0", UUID="u"}': '0x60 2147483634x30' },
    atMinutes: 80,
    fires: [],
    silent: ['TesseraGpuXidErrors', 'TesseraGpuFailed'],
  },
  {
    name: 'a target that cannot be read, and one that cannot at times',
    series: {
      'tessera_metrics_scrapes_total{target="a", ok="false"}': '0x20 0+4x25',
      'tessera_metrics_scrapes_total{target="a", ok="true"}': '0+4x20 80x25',
      'tessera_metrics_scrapes_total{target="b", ok="false"}': '0+1x45',
      'tessera_metrics_scrapes_total{target="b", ok="true"}': '0+3x45',
    },
    fires: ['TesseraScrapesFail'],
  },
  {
    name: 'measurements of which most are in part',
    series: {
      'tessera_metrics_request_duration_seconds_count{job="metrics", scope="pod", status="200"}': '0+1x45',
      'tessera_metrics_request_duration_seconds_count{job="metrics", scope="pod", status="207"}': '0+9x45',
    },
    fires: ['TesseraMeasurementsFail'],
  },
  {
    name: 'measurements that succeed, of targets that can mostly be read',
    series: {
      'tessera_metrics_request_duration_seconds_count{job="metrics", scope="pod", status="200"}': '0+9x45',
      'tessera_metrics_request_duration_seconds_count{job="metrics", scope="pod", status="503"}': '0+1x45',
      'tessera_metrics_scrapes_total{target="b", ok="false"}': '0+1x45',
      'tessera_metrics_scrapes_total{target="b", ok="true"}': '0+3x45',
    },
    fires: [],
    silent: ['TesseraMeasurementsFail', 'TesseraScrapesFail'],
  },
];
