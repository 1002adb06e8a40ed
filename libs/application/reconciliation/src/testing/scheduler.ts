import { toIntent } from '@tessera/domain-workload';
import type { ReconcilerDependencies } from '../loop/dependencies';
import { ObservedTasks } from '../placement/task-history';
import { placing } from '../placement/placing';
import { Reconciler } from '../loop/reconciler';
import { initialReplicas } from '../scaling/replica-target';
import type { FakeCluster } from './fakes';
import { InMemoryWorkloads } from './in-memory-workloads';

/** Time at which specs start. */
export const START = Date.parse('2026-01-01T00:00:00Z');

/** Schedulers on fakes that share a database, a cluster and a manual clock. */
export function fakeSchedulers<C extends FakeCluster>(
  makeCluster: (now: () => number) => C,
  more: Partial<ReconcilerDependencies> = {},
) {
  let now = START;
  let ids = 0;
  const clock = { now: () => now };
  const workloads = new InMemoryWorkloads();
  const cluster = makeCluster(clock.now);
  const errors: unknown[] = [];
  const reporter = {
    source: '/tessera/scheduler',
    topics: { events: 'events', workloads: 'workloads' },
    newId: () => `event-${(ids += 1)}`,
  };
  return {
    workloads,
    cluster,
    errors,
    reporter,
    now: clock.now,
    iso: (): string => new Date(now).toISOString(),
    advance: (ms: number): number => (now += ms),
    /** A scheduler with empty caches. */
    create: (own: Partial<ReconcilerDependencies> = {}): Reconciler =>
      new Reconciler({
        workloads,
        orgUnits: { quota: async () => ({ rules: [], versions: new Map() }) },
        view: cluster,
        writer: cluster,
        clock,
        reporter,
        compile: (workload) => ({ workload, intent: toIntent(workload.spec).intent }),
        replicaTarget: initialReplicas,
        urls: () => [],
        placeOn: placing({ policy: 'best-fit', tasks: new ObservedTasks(clock) }),
        reservationTiming: { readyMs: 40_000, retryMs: 5_000 },
        onError: (_id, error) => errors.push(error),
        ...more,
        ...own,
      }),
  };
}
