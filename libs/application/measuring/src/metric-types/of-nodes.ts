import {
  and,
  avg,
  equal,
  firstOf,
  notEqual,
  rate,
  select,
  type Expression,
  type Matcher,
  type Selection,
} from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import type { NodesScope } from './scope';

/** Series of ours that name the cluster, the pool and, except for a pool's, the node. */
export const placed = (name: string, scope: NodesScope, ...matchers: Matcher[]): Selection =>
  select(
    name,
    equal('cluster', scope.clusterId),
    ...(scope.kind === 'node-pool' ? [equal('node_pool', scope.nodePool)] : []),
    ...(scope.kind === 'node' ? [equal('node', scope.node)] : []),
    ...matchers,
  );

/** Series with the label `node`, limited to the nodes of the scope. */
export const onNodes = (of: Expression, scope: NodesScope): Expression =>
  and(of, ['node'], placed(SERIES.nodeInfo, scope));

/** Series of pods, limited to pods on the nodes of the scope. */
export const ofPodsOnNodes = (of: Expression, scope: NodesScope): Expression =>
  and(of, ['namespace', 'pod'], onNodes(select(SERIES.podInfo), scope));

/**
 * Series of a GPU exporter on the nodes of the scope. The exporter names its node `Hostname`, since its release of May
 * 2026 `hostname`; a Prometheus may add `node`.
 */
export const onGpuNodes = (
  scope: NodesScope,
  name: string,
  matchers: readonly Matcher[] = [],
  from: (series: Selection) => Expression = (series) => series,
): Expression => {
  const nodes = placed(SERIES.nodeInfo, scope);
  const by = (label: string, ...others: Matcher[]): Expression =>
    and(from(select(name, notEqual(label, ''), ...others, ...matchers)), [label], nodes);
  const older = equal('hostname', '');
  return firstOf(by('hostname'), by('Hostname', older), by('node', older, equal('Hostname', '')));
};

/** What tells a device from all others, whichever labels its exporter has. */
const DEVICE = ['UUID', 'gpu', 'hostname', 'Hostname', 'node'] as const;

/** One value for each device: an exporter repeats the value of a device for every pod that shares it. */
export const perDevice = (of: Expression): Expression => avg(of, ...DEVICE);

/** Rate of a counter of the GPU exporter. */
export const gpuRate = (scope: NodesScope, name: string, windowMs: number): Expression =>
  onGpuNodes(scope, name, [], (series) => rate(series, windowMs));
