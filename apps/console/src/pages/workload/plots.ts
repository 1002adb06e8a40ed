import type { PlotOf } from '../../parts/measured';

/** Plots of a workload. */
export const PLOTS: readonly PlotOf[] = [
  { title: 'Requests', unit: '/s', types: ['THROUGHPUT'] },
  {
    title: 'Latency',
    unit: 'ms',
    types: ['LATENCY_P50', 'LATENCY_P95', 'LATENCY_P99'],
    names: ['median', '95 %', '99 %'],
  },
  { title: 'Replicas', unit: '', types: ['DESIRED_REPLICAS', 'READY_REPLICAS'], names: ['wanted', 'ready'] },
  { title: 'GPU utilisation', unit: '%', types: ['GPU_UTILIZATION'] },
  { title: 'GPU memory', unit: 'B', types: ['GPU_MEMORY_USAGE_BYTES'] },
];
