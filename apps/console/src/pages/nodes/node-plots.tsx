import type { ReactElement } from 'react';
import { Measured } from '../../components/plots/measured';

const PLOTS = [
  { title: 'Utilisation of GPUs', unit: '%', types: ['GPU_UTILIZATION_PER_GPU'], names: ['GPU'] },
  { title: 'Allocation of GPUs', unit: 'GPU', types: ['GPU_ALLOCATION_PER_GPU'], names: ['GPU'] },
] as const;

/** What exporters measured of the GPUs of a node. */
export function NodePlots({ nodeId }: { readonly nodeId: string }): ReactElement {
  return <Measured title="Over time" operation="get_node_metrics" params={{ nodeId }} plots={PLOTS} />;
}
