import {
  and,
  avg,
  between,
  divide,
  equal,
  oneOf,
  notEqual,
  select,
  sum,
  times,
  type Expression,
  type Matcher,
} from '@tessera/domain-measurement';
import { API_LABELS, SERIES } from '@tessera/contracts-metrics';
import type { OrgUnitMetricType } from '@tessera/contracts-rest';
import { exposedSeries } from '../exposed-series';
import { distinct } from './of-pods';
import type { Plan } from './plan';
import type { OrgUnitScope } from './scope';

const MIB = 1_048_576;
const MB = 1_000_000;

const inNamespaces = (name: string, { namespaces }: OrgUnitScope, ...matchers: Matcher[]): Expression =>
  exposedSeries({ name, labels: [['namespace', namespaces], ['pod'], ['node']], matchers });

const inPoolNodes = (nodePool: string): Expression =>
  exposedSeries({ name: SERIES.nodeInfo, labels: [['node'], ['node_pool', nodePool]] });

/** Series with the label `node`, on the nodes of the pool where the scope is limited to one. */
const inPool = (of: Expression, { nodePool }: OrgUnitScope): Expression =>
  nodePool === undefined ? of : and(of, ['node'], inPoolNodes(nodePool));

/** Once for each pod and device. */
const allocated = (name: string, scope: OrgUnitScope): Expression =>
  distinct(
    inPool(inNamespaces(name, scope), scope),
    ...['workload_id', 'namespace', 'pod', 'node', 'gpu', 'uuid'],
  );

const held =
  (name: string): Plan<OrgUnitScope> =>
  (scope) =>
    sum(allocated(name, scope));

/** What its pods on nodes have requested, as long as they have not ended. Two kube-state-metrics report it twice. */
const requested =
  (resource: 'cpu' | 'memory', factor: number): Plan<OrgUnitScope> =>
  (scope) => {
    const matchers = [equal('resource', resource), notEqual('node', '')];
    const requests = avg(
      inNamespaces(SERIES.resourceRequests, scope, ...matchers),
      ...['namespace', 'pod', 'container', 'node'],
    );
    const living = between(inNamespaces(SERIES.podPhase, scope, oneOf('phase', 'Pending', 'Running')), 1, 2);
    return times(sum(inPool(and(requests, ['namespace', 'pod'], living), scope)), factor);
  };

/** Every instance of the API exposes the same value: their mean is that value. */
const quota =
  (name: 'quotaGpus' | 'quotaCpuCores' | 'quotaMemory', factor = 1): Plan<OrgUnitScope> =>
  ({ orgUnit, id, nodePool }) => {
    const of = [equal('org_unit', orgUnit), equal('org_unit_id', id)];
    const pool = nodePool === undefined ? [] : [equal('node_pool', nodePool)];
    const total = sum(avg(select(SERIES[name], ...of, ...pool), ...API_LABELS[name]));
    return factor === 1 ? total : times(total, factor);
  };

/** Percent of the GPU memory that its pods hold. */
const memoryUtilisation: Plan<OrgUnitScope> = (scope, windowMs) => {
  const holders = allocated(SERIES.allocatedGpuMemory, scope);
  const used = distinct(
    and(inNamespaces(SERIES.gpuMemoryUsed, scope), ['namespace', 'pod'], holders),
    ...['namespace', 'pod', 'UUID', 'gpu', 'GPU_I_ID'],
  );
  return times(divide(sum(used), held(SERIES.allocatedGpuMemory)(scope, windowMs)), 100 * MIB);
};

/** How each metric type of a project or department is computed. */
export const ORG_UNIT_PLANS: Readonly<Record<OrgUnitMetricType, Plan<OrgUnitScope>>> = {
  GPU_QUOTA: quota('quotaGpus'),
  CPU_QUOTA_MILLICORES: quota('quotaCpuCores', 1000),
  CPU_MEMORY_QUOTA_MB: quota('quotaMemory', 1 / MB),
  GPU_ALLOCATION: held(SERIES.allocatedGpus),
  CPU_ALLOCATION_MILLICORES: requested('cpu', 1000),
  CPU_MEMORY_ALLOCATION_MB: requested('memory', 1 / MB),
  GPU_MEMORY_UTILIZATION: memoryUtilisation,
};
