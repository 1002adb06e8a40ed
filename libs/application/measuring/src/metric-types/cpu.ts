import { rate } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { CONTAINERS, counter, gauge } from './of-pods';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

/** Cores. */
export const cpuUsage: Plan<PodsScope> = counter(
  SERIES.cpuSeconds,
  (windowMs) => (of) => rate(of, windowMs),
  ...CONTAINERS,
);

/** Bytes that the kernel cannot reclaim. */
export const cpuMemory: Plan<PodsScope> = gauge(SERIES.workingSet, ...CONTAINERS);
