import {
  and,
  avg,
  equal,
  firstOf,
  notEqual,
  rate,
  relabelled,
  select,
  type Expression,
  type Matcher,
  type Selection,
} from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { exposedSeries, type Read } from '../exposed-series';
import { CONTAINER, distinct } from './of-pods';
import type { NodesScope } from './scope';

const inScope = (scope: NodesScope) =>
  [
    ['cluster', scope.clusterId],
    ...(scope.kind === 'node-pool' ? ([['node_pool', scope.nodePool]] as const) : []),
  ] as const;

const nodeOf = (scope: NodesScope) => ['node', scope.kind === 'node' ? scope.node : undefined] as const;

/** Series of ours that name the cluster and the pool. */
export const placed = (name: string, scope: NodesScope, ...matchers: Matcher[]): Expression =>
  exposedSeries({ name, labels: inScope(scope), matchers });

/** Series of ours that name the node as well. */
const ofNodes = (name: string, scope: NodesScope): Expression =>
  exposedSeries({ name, labels: [nodeOf(scope), ...inScope(scope)] });

/** Devices of the nodes with what of them is free; a scheduler that is scraped twice has them once. */
export const devices = (scope: NodesScope): Expression =>
  distinct(ofNodes(SERIES.gpuFree, scope), 'node', 'gpu');

/** Series with the label `node`, limited to the nodes of the scope. */
const onNodes = (of: Expression, scope: NodesScope): Expression =>
  and(of, ['node'], ofNodes(SERIES.nodeInfo, scope));

/** What pods have of the devices of the nodes, once for each pod and device. */
export const allocations = (name: string, scope: NodesScope): Expression =>
  distinct(
    exposedSeries({ name, labels: [nodeOf(scope), ['namespace'], ['pod']] }, (of) => onNodes(of, scope)),
    ...['workload_id', 'namespace', 'pod', 'node', 'gpu', 'uuid'],
  );

/** Series that an exporter has for each node, once however many of it there are. */
export const perNode = (name: string, scope: NodesScope, ...matchers: readonly Matcher[]): Expression =>
  distinct(
    exposedSeries({ name, labels: [nodeOf(scope)], matchers }, (of) => onNodes(of, scope)),
    'node',
  );

/** The pods on the nodes, each with the label `node`. */
export const podsOnNodes = (scope: NodesScope): Expression =>
  exposedSeries({ name: SERIES.podInfo, labels: [nodeOf(scope), ['namespace'], ['pod']] }, (of) =>
    onNodes(of, scope),
  );

/** Series of containers in pods on the nodes, once for each container and, of a counter, each of its runs. */
export const perContainer = (
  name: string,
  scope: NodesScope,
  matchers: readonly Matcher[],
  read?: Read,
): Expression => {
  const pods = podsOnNodes(scope);
  const series = exposedSeries({ name, labels: [['namespace'], ['pod']], matchers, read }, (of) =>
    and(of, ['namespace', 'pod'], pods),
  );
  return distinct(series, ...CONTAINER, ...(read === undefined ? [] : ['id']));
};

/**
 * Series of a GPU exporter on the nodes of the scope. The exporter names its node `Hostname`, since its release of May
 * 2026 `hostname`; a Prometheus may add `node`. The result has the label `node`.
 */
export const onGpuNodes = (
  scope: NodesScope,
  name: string,
  matchers: readonly Matcher[] = [],
  read: Read = (of) => of,
): Expression => {
  const nodes = ofNodes(SERIES.nodeInfo, scope);
  const by = (label: string, ...others: Matcher[]): Expression => {
    const named = scope.kind === 'node' ? equal(label, scope.node) : notEqual(label, '');
    return and(read(select(name, named, ...others, ...matchers)), [label], nodes);
  };
  const asNode = (label: string, ...others: Matcher[]): Expression =>
    relabelled(by(label, ...others), label, 'node', 'all');
  const older = equal('hostname', '');
  return firstOf(asNode('hostname'), asNode('Hostname', older), by('node', older, equal('Hostname', '')));
};

/** What distinguishes a device from all others, and an instance of MIG from others of its device. */
export const DEVICE = ['UUID', 'gpu', 'node'] as const;
export const INSTANCE = [...DEVICE, 'GPU_I_ID'] as const;

/**
 * One value for each device, or each instance of MIG: an exporter repeats it for every pod that shares the device, and
 * two exporters repeat it as well.
 */
export const perInstance = (of: Expression): Expression => distinct(of, ...INSTANCE);

/** One value for each device; the mean of its instances in MIG mode. */
export const perDevice = (of: Expression): Expression => avg(perInstance(of), ...DEVICE);

/** Rate of a counter of the GPU exporter. */
export const gpuRate = (scope: NodesScope, name: string, windowMs: number): Expression =>
  onGpuNodes(scope, name, [], (series: Selection) => rate(series, windowMs));
