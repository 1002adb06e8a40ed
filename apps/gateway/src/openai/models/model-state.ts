import type { Workload } from '../../routing/workload';

/**
 * The state of a model for callers. `ready`: a replica can serve requests. `starting`: a replica is being started.
 * `asleep`: it has no replica; a request starts one. `failed`: its replicas do not start.
 */
export type ModelState = 'ready' | 'starting' | 'asleep' | 'failed';

export function stateOf(workload: Workload): ModelState {
  if (workload.hasReady) return 'ready';
  const coming = [...workload.all()].filter(({ replica }) => replica.draining !== true);
  if (workload.hasFailed || (coming.length > 0 && coming.every(({ replica }) => replica.failing === true)))
    return 'failed';
  return coming.length > 0 || workload.wakingSince !== undefined ? 'starting' : 'asleep';
}

const ORDER: readonly ModelState[] = ['ready', 'starting', 'asleep', 'failed'];

/** The best state of several workloads; undefined without any. */
export const bestOf = (states: readonly ModelState[]): ModelState | undefined =>
  ORDER.find((state) => states.includes(state));
