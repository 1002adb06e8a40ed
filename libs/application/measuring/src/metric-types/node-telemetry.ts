import {
  and,
  avg,
  between,
  count,
  equal,
  firstOf,
  joined,
  oneOf,
  rate,
  sum,
  times,
  type Expression,
} from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import type { MeasuredNodeTelemetry } from '@tessera/contracts-rest';
import { idleDevices, memoryUsed } from './devices';
import { CONTAINERS } from './of-pods';
import { allocations, devices, perContainer, perNode, podsOnNodes } from './of-nodes';
import type { Plan } from './plan';
import type { NodesScope } from './scope';

/** A device counts as idle that has not worked for this long, seconds. */
const IDLE_S = 300;
const FOREVER_S = 1e9;
/** Less than the smallest share of a device, GPUs. */
const NOTHING_HELD = 0.0005;

/** Series of containers, each with the node of its pod, added up for each node. */
const perNodeOf = (containers: Expression, scope: NodesScope): Expression =>
  sum(joined(containers, ['namespace', 'pod'], 'node', podsOnNodes(scope)), 'node');

/** What pods on the nodes have requested, as long as they have not ended; 0 where there are none. */
const requested =
  (resource: 'cpu' | 'memory'): Plan<NodesScope> =>
  (scope) => {
    const requests = perContainer(SERIES.resourceRequests, scope, [equal('resource', resource)]);
    const living = between(
      perContainer(SERIES.podPhase, scope, [oneOf('phase', 'Pending', 'Running')]),
      1,
      2,
    );
    const none = times(sum(perNode(SERIES.nodeAllocatable, scope, equal('resource', resource)), 'node'), 0);
    return firstOf(perNodeOf(and(requests, ['namespace', 'pod'], living), scope), none);
  };

/** Devices that pods hold, of which some hold an instance in MIG mode, and that have not worked for a while. */
const idleAllocated: Plan<NodesScope> = (scope) => {
  const idle = between(avg(idleDevices(scope, IDLE_S * 1000), 'node', 'gpu'), IDLE_S, FOREVER_S);
  const held = between(sum(allocations(SERIES.allocatedGpus, scope), 'node', 'gpu'), NOTHING_HELD, FOREVER_S);
  return firstOf(count(and(idle, ['node', 'gpu'], held), 'node'), times(count(devices(scope), 'node'), 0));
};

/** How the telemetry of nodes is measured: for each node of a cluster or pool, with the label `node`. */
export const NODE_TELEMETRY_PLANS: Readonly<Record<MeasuredNodeTelemetry, Plan<NodesScope>>> = {
  IDLE_ALLOCATED_GPUS: idleAllocated,
  USED_CPU_CORES: (scope, windowMs) =>
    perNodeOf(
      perContainer(SERIES.cpuSeconds, scope, CONTAINERS, (of) => rate(of, windowMs)),
      scope,
    ),
  ALLOCATED_CPU_CORES: requested('cpu'),
  USED_GPU_MEMORY_BYTES: memoryUsed('node'),
  USED_CPU_MEMORY_BYTES: (scope) => perNodeOf(perContainer(SERIES.workingSet, scope, CONTAINERS), scope),
  ALLOCATED_CPU_MEMORY_BYTES: requested('memory'),
};
