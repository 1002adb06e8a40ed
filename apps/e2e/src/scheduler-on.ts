import {
  acceptApply,
  initialReplicas,
  ObservedTasks,
  placing,
  Reconciler,
} from '@tessera/application-reconciliation';
import { InMemoryWorkloads } from '@tessera/application-reconciliation/testing';
import type { ApplyCommand } from '@tessera/contracts-events';
import { toIntent } from '@tessera/domain-workload';
import { eventually } from '@tessera/testing-services';
import { CLUSTER_LIMIT_MS, type InformedCluster } from './informed-cluster';

/** How long a node may be lost before its replicas are given up, ms. */
export const NODE_LOST_MS = 1_000;

/** A scheduler whose cluster is on an API server and whose workloads are in memory. */
export interface SchedulerOn {
  readonly reconciler: Reconciler;
  readonly errors: readonly unknown[];
  apply(command: ApplyCommand): Promise<void>;
  /** Runs cycles until the check holds. */
  until(check: () => void): Promise<void>;
}

export function schedulerOn(cluster: InformedCluster): SchedulerOn {
  const clock = { now: () => Date.now() };
  const errors: unknown[] = [];
  const workloads = new InMemoryWorkloads();
  const reporter = {
    source: '/tessera/scheduler/c',
    topics: { events: 'events', workloads: 'workloads' },
    newId: () => crypto.randomUUID(),
  };
  const reconciler = new Reconciler({
    workloads,
    orgUnits: { quota: async () => ({ rules: [], versions: new Map() }) },
    view: cluster.view,
    writer: cluster.writer,
    clock,
    reporter,
    compile: (workload) => ({ workload, intent: toIntent(workload.spec).intent }),
    replicaTarget: initialReplicas,
    urls: () => [],
    nodeLostMs: NODE_LOST_MS,
    placeOn: placing({ policy: 'best-fit', tasks: new ObservedTasks(clock) }),
    reservationTiming: { readyMs: 40_000, retryMs: 5_000 },
    onError: (_id, error) => errors.push(error),
  });
  return {
    reconciler,
    errors,
    apply: async (command) => {
      const decide = acceptApply(command, new Date().toISOString(), reporter);
      await workloads.change(command.workloadId, decide, `apply-${command.workloadId}`);
      cluster.accept(command);
    },
    until: (check) =>
      eventually(async () => {
        await reconciler.resync();
        await reconciler.reconcileCycle();
        await reconciler.settled();
        check();
      }, CLUSTER_LIMIT_MS),
  };
}
