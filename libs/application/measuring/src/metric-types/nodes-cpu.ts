import { divide, equal, firstOf, rate, sum, times, type Expression } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { CONTAINERS } from './of-pods';
import { perContainer, perNode } from './of-nodes';
import type { Plan } from './plan';
import type { NodesScope } from './scope';

/** Cores that the containers on the nodes use. */
export const cpuUsed: Plan<NodesScope> = (scope, windowMs) =>
  sum(perContainer(SERIES.cpuSeconds, scope, CONTAINERS, (of) => rate(of, windowMs)));

/** Bytes that the containers on the nodes use and the kernel cannot reclaim. */
export const memoryInUse: Plan<NodesScope> = (scope) =>
  sum(perContainer(SERIES.workingSet, scope, CONTAINERS));

/** Of the nodes together: cores or bytes that pods may use. */
const allocatable = (resource: 'cpu' | 'memory', scope: NodesScope): Expression =>
  sum(perNode(SERIES.nodeAllocatable, scope, equal('resource', resource)));

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
