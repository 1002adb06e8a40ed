import type { ReactElement } from 'react';
import { Measured } from '../../components/plots/measured';

const LINES = [
  { title: 'GPUs', unit: 'GPU', types: ['ALLOCATED_GPU', 'TOTAL_GPU'], names: ['allocated', 'in all'] },
  {
    title: 'Utilisation',
    unit: '%',
    types: ['GPU_UTILIZATION', 'GPU_MEMORY_UTILIZATION'],
    names: ['GPU', 'memory'],
  },
] as const;

/** Allocation and use of a cluster over the last hours. */
export function UseOverTime({
  cluster,
}: {
  readonly cluster: { readonly uuid: string; readonly name: string };
}): ReactElement {
  return (
    <Measured
      title={`Allocation and use of ${cluster.name}`}
      operation="get_cluster_metrics"
      params={{ clusterId: cluster.uuid }}
      plots={LINES}
    />
  );
}
