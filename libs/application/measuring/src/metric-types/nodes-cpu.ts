import {
  avg,
  divide,
  equal,
  firstOf,
  rate,
  select,
  sum,
  times,
  type Expression,
} from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { CONTAINERS } from './of-pods';
import { ofPodsOnNodes, onNodes } from './of-nodes';
import type { Plan } from './plan';
import type { NodesScope } from './scope';

/** Cores that the containers on the nodes use. */
export const cpuUsed: Plan<NodesScope> = (scope, windowMs) =>
  sum(ofPodsOnNodes(rate(select(SERIES.cpuSeconds, ...CONTAINERS), windowMs), scope));

/** Bytes that the containers on the nodes use and the kernel cannot reclaim. */
export const memoryInUse: Plan<NodesScope> = (scope) =>
  sum(ofPodsOnNodes(select(SERIES.workingSet, ...CONTAINERS), scope));

/** Of the nodes together: cores or bytes that pods may use. Two kube-state-metrics tell the same twice. */
const allocatable = (resource: 'cpu' | 'memory', scope: NodesScope): Expression =>
  sum(onNodes(avg(select(SERIES.nodeAllocatable, equal('resource', resource)), 'node'), scope));

/** Percent of what pods may use. */
const share =
  (used: Plan<NodesScope>, resource: 'cpu' | 'memory'): Plan<NodesScope> =>
  (scope, windowMs) => {
    const all = allocatable(resource, scope);
    // Nodes without containers use nothing.
    return times(divide(firstOf(used(scope, windowMs), times(all, 0)), all), 100);
  };

export const cpuUtilisation = share(cpuUsed, 'cpu');
export const cpuMemoryUtilisation = share(memoryInUse, 'memory');
