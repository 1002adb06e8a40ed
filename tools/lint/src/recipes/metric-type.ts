import { after, before, type Recipe } from './recipe';

const METRIC_TYPES = 'libs/application/measuring/src/metric-types/tables.ts';

/** A workload gets the number of its draining replicas, a pod the bytes of its answers. */
export const metricType: Recipe = {
  title: 'A metric type',
  names: /DRAINING_POD_COUNT|ANSWERED_BYTES|answeredBytes|drainingReplicas/,
  steps: [
    {
      file: 'libs/contracts/rest/src/schemas/metrics.ts',
      change: [
        after('export const WORKLOAD_METRICS = [\n', "  'DRAINING_POD_COUNT',\n"),
        after('export const POD_METRICS = [\n', "  'ANSWERED_BYTES',\n"),
      ],
      missed: { typesOf: METRIC_TYPES },
    },
    {
      file: METRIC_TYPES,
      change: [
        after(
          '  GPU_ALLOCATION: (scope) => sum(own(SERIES.allocatedGpus, scope)),\n',
          '  DRAINING_POD_COUNT: (scope) => sum(own(SERIES.drainingReplicas, scope)),\n',
        ),
        after(
          '  GPU_PCIE_RECEIVED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuPcieReceived, sum),\n',
          '  ANSWERED_BYTES: (scope) => sum(own(SERIES.answeredBytes, scope)),\n',
        ),
      ],
      missed: { typesOf: METRIC_TYPES },
    },
    {
      file: 'libs/contracts/metrics/src/series.ts',
      change: [
        after(
          "  gatewayInFlight: 'tessera_gateway_in_flight',\n",
          "  answeredBytes: 'tessera_gateway_answered_bytes_total',\n  drainingReplicas: 'tessera_scheduler_draining_replicas',\n",
        ),
        after('  gatewayInFlight: REPLICA,\n', '  answeredBytes: REPLICA,\n'),
        after("  pendingReplicas: ['project', 'workload_id'],\n", "  drainingReplicas: ['workload_id'],\n"),
      ],
      missed: { typesOf: METRIC_TYPES },
    },
    {
      file: 'apps/gateway/src/metrics.ts',
      change: [
        before(
          '    this.addGauges(registers);\n',
          "    new Counter({ name: SERIES.answeredBytes, help: 'Bytes sent.', labelNames: POD, registers });\n",
        ),
      ],
      missed: { spec: 'apps/gateway/src/metrics.spec.ts' },
    },
    {
      file: 'apps/scheduler/src/admin/gauges.ts',
      change: [
        before(
          '  new Gauge({\n    name: SERIES.pendingReplicas,\n',
          `  new Gauge({
    name: SERIES.drainingReplicas,
    help: 'Replicas out of rotation.',
    labelNames: SCHEDULER_LABELS.drainingReplicas,
    registers,
    collect() {
      this.reset();
      for (const { workloadId, drainingSince } of source.replicas())
        if (drainingSince !== undefined) this.inc({ workload_id: workloadId });
    },
  });
`,
        ),
      ],
      missed: { spec: 'apps/scheduler/src/admin/gauges.spec.ts' },
    },
    {
      file: 'libs/testing/contract-suites/src/metric-types/rows.ts',
      change: [
        after('      RUNNING_POD_COUNT: 2,\n', '      DRAINING_POD_COUNT: 1,\n'),
        after('      GPU_SWAP_MEMORY_BYTES_PER_GPU: NONE,\n', '      ANSWERED_BYTES: 1,\n'),
      ],
      missed: { spec: 'libs/testing/contract-suites/src/metric-types/complete.spec.ts' },
    },
  ],
};
