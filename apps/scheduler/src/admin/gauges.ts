import {
  type Backlog,
  hasEnded,
  isAssumed,
  type Reconciler,
  type ReplicaPod,
  type WaitingWorkload,
} from '@tessera/application-reconciliation';
import { SCHEDULER_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Gauge, type Registry } from '@tessera/platform-telemetry';

/** Source of the gauges, read at each scrape. */
export interface Allocations {
  /** Whether this scheduler is the leader. A standby exports nothing, or sums would count every pod twice. */
  readonly leading: boolean;
  replicas(): Iterable<ReplicaPod>;
  /** Name of a workload's project; undefined until the workload has been reconciled. */
  projectOf(workloadId: string): string | undefined;
  pending(): readonly WaitingWorkload[];
}

/** Where the gauges of a running scheduler are read. */
export interface AllocationSources {
  readonly leadership: Pick<Allocations, 'leading'>;
  readonly view: { replicas(): Iterable<ReplicaPod> };
  readonly reconciler: Pick<Reconciler, 'refOf' | 'pending'>;
}

/** The allocations of a running scheduler: its pods that exist in the cluster, not those it only assumes. */
export const allocationsOf = ({ leadership, view, reconciler }: AllocationSources): Allocations => ({
  get leading() {
    return leadership.leading;
  },
  replicas: () => [...view.replicas()].filter((pod) => !isAssumed(pod)),
  projectOf: (workloadId) => reconciler.refOf(workloadId)?.projectName,
  pending: () => reconciler.pending,
});

const DEVICE = SCHEDULER_LABELS.allocatedGpus;
const MIB = 1_048_576;

/** Share of one device that a pod holds. */
export interface HeldShare {
  readonly labels: Readonly<Record<(typeof DEVICE)[number], string>>;
  readonly milliGpu: number;
  readonly memoryMiB: number;
}

/**
 * The shares of every pod that has not ended, by device; several MIG instances of a device are added up. A pod of an
 * unknown workload shows the id of its project as the name.
 */
export function heldShares({
  replicas,
  projectOf,
}: Readonly<{
  replicas: Iterable<ReplicaPod>;
  projectOf: Allocations['projectOf'];
}>): readonly HeldShare[] {
  const held: HeldShare[] = [];
  for (const pod of replicas) {
    if (pod.allocation === undefined || hasEnded(pod)) continue;
    const { node, devices } = pod.allocation;
    const { workloadId, namespace, name } = pod;
    const project = projectOf(workloadId) ?? pod.projectId;
    for (const slot of new Set(devices.map((device) => device.slot))) {
      const shares = devices.filter((device) => device.slot === slot);
      const uuid = pod.devices?.[devices.findIndex((device) => device.slot === slot)] ?? '';
      held.push({
        labels: { project, workload_id: workloadId, namespace, pod: name, node, gpu: String(slot), uuid },
        milliGpu: shares.reduce((sum, { milliGpu }) => sum + milliGpu, 0),
        memoryMiB: shares.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
      });
    }
  }
  return held;
}

/** Registers the gauge of the leader. */
export function leadingGauge(registry: Registry, source: Pick<Allocations, 'leading'>): void {
  new Gauge({
    name: 'tessera_scheduler_leading',
    help: '1 while this scheduler holds the lease.',
    registers: [registry],
    collect() {
      this.set(source.leading ? 1 : 0);
    },
  });
}

/** Registers the gauges of allocated GPUs and of pending replicas. */
export function clusterGauges(registry: Registry, source: Allocations): void {
  const registers = [registry];
  const shares = (): readonly HeldShare[] =>
    source.leading
      ? heldShares({ replicas: source.replicas(), projectOf: (id) => source.projectOf(id) })
      : [];
  new Gauge({
    name: SERIES.allocatedGpus,
    help: 'GPUs allocated to a pod, by device; 0.5 is half a device.',
    labelNames: DEVICE,
    registers,
    collect() {
      this.reset();
      for (const { labels, milliGpu } of shares()) this.set(labels, milliGpu / 1000);
    },
  });
  new Gauge({
    name: SERIES.allocatedGpuMemory,
    help: 'GPU memory allocated to a pod, by device.',
    labelNames: DEVICE,
    registers,
    collect() {
      this.reset();
      for (const { labels, memoryMiB } of shares()) this.set(labels, memoryMiB * MIB);
    },
  });
  new Gauge({
    name: SERIES.pendingReplicas,
    help: 'Desired replicas that fit on no node.',
    labelNames: SCHEDULER_LABELS.pendingReplicas,
    registers,
    collect() {
      this.reset();
      for (const { ref, replicas } of source.leading ? source.pending() : [])
        this.set({ project: ref.projectName, workload_id: ref.workloadId }, replicas);
    },
  });
  new Gauge({
    name: SERIES.pendingSeconds,
    help: 'Seconds for which the workload has had replicas that fit on no node, by the filter that rejected the nodes which came nearest.',
    labelNames: SCHEDULER_LABELS.pendingSeconds,
    registers,
    collect() {
      this.reset();
      for (const { ref, waitingMs, reason = 'NoNodes' } of source.leading ? source.pending() : []) {
        const { projectName: project, name: workload, workloadId: workload_id } = ref;
        this.set({ project, workload, workload_id, reason }, waitingMs / 1000);
      }
    },
  });
}

/** Registers the gauge of the workloads whose quota is not known yet; a standby has none. */
export function awaitingQuotaGauge(
  registry: Registry,
  leadership: Pick<Allocations, 'leading'>,
  source: { readonly awaitingQuotaCount: number },
): void {
  new Gauge({
    name: 'tessera_scheduler_awaiting_quota',
    help: 'Workloads that wait for GPUs until the scheduler knows the quota of their project and department.',
    registers: [registry],
    collect() {
      if (leadership.leading) this.set(source.awaitingQuotaCount);
      else this.remove();
    },
  });
}

/** Registers the gauges of the keys that wait for a reconcile. */
export function backlogGauges(registry: Registry, source: { readonly backlog: Backlog }): void {
  const registers = [registry];
  new Gauge({
    name: 'tessera_scheduler_backlog_keys',
    help: 'Workloads that are due for a reconcile.',
    registers,
    collect() {
      this.set(source.backlog.keys);
    },
  });
  new Gauge({
    name: 'tessera_scheduler_backlog_oldest_seconds',
    help: 'Seconds for which the workload that has waited longest for a reconcile has been due.',
    registers,
    collect() {
      this.set(source.backlog.oldestMs / 1000);
    },
  });
}
