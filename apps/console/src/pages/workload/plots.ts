import type { PlotOf } from '../../components/plots/measured';

/** Plots of a workload. */
export const PLOTS: readonly PlotOf[] = [
  { title: 'Requests', unit: '/s', types: ['THROUGHPUT'] },
  {
    title: 'Latency',
    unit: 'ms',
    types: ['LATENCY_P50', 'LATENCY_P95', 'LATENCY_P99'],
    names: ['median', '95 %', '99 %'],
  },
  {
    title: 'Tokens',
    unit: '/s',
    types: ['GENERATION_TOKENS_PER_SECOND', 'PROMPT_TOKENS_PER_SECOND'],
    names: ['generated', 'of prompts'],
  },
  {
    title: 'Time to first token',
    unit: 's',
    types: ['TIME_TO_FIRST_TOKEN_SECONDS', 'INTER_TOKEN_LATENCY_SECONDS'],
    names: ['first', 'between two'],
  },
  { title: 'GPU utilisation', unit: '%', types: ['GPU_UTILIZATION'] },
  {
    title: 'GPU memory',
    unit: 'GiB',
    types: ['GPU_MEMORY_USAGE_BYTES', 'GPU_MEMORY_REQUEST_BYTES'],
    names: ['used', 'requested'],
    divisor: 1024 ** 3,
  },
  { title: 'GPUs allocated', unit: '', types: ['GPU_ALLOCATION'], isStepped: true },
  {
    title: 'CPU',
    unit: 'cores',
    types: ['CPU_USAGE_CORES', 'CPU_REQUEST_CORES'],
    names: ['used', 'requested'],
  },
  {
    title: 'Replicas',
    unit: '',
    types: ['DESIRED_REPLICAS', 'READY_REPLICAS'],
    names: ['wanted', 'ready'],
    isStepped: true,
  },
];
