import { notEqual, rate, sum } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { gauge, ofPods, podSelection } from './of-pods';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

/** cAdvisor has further series for the pod's cgroup and its pause container, which would count everything twice. */
export const CONTAINERS = [notEqual('container', ''), notEqual('container', 'POD')];

/** Cores. */
export const cpuUsage: Plan<PodsScope> = (scope, windowMs) =>
  sum(ofPods(rate(podSelection(SERIES.cpuSeconds, scope, ...CONTAINERS), windowMs), scope));

/** Bytes that the kernel cannot reclaim. */
export const cpuMemory: Plan<PodsScope> = gauge(SERIES.workingSet, ...CONTAINERS);
