import type {
  InformedClusterView,
  KubernetesClusterWriter,
  KubernetesMigNodes,
} from '@tessera/adapter-kubernetes';
import type { PostgresAcceptedWorkloads, PostgresOrganisationUnits } from '@tessera/adapter-postgres';
import {
  livePlacing,
  Reconciler,
  type KnownWorkloads,
  type LoadStore,
  type ObservedTasks,
  type ScalingController,
  type StartRecorder,
} from '@tessera/application-reconciliation';
import { policyFor } from '@tessera/domain-placement';
import type { Clock } from '@tessera/kernel';
import type { Progress } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';
import { exposingOf } from '../cluster/writer-options';
import type { ClusterChanges } from '../cluster/cluster-changes';
import type { SchedulerConfig } from '../config';
import type { ProjectGuardrails } from '../guardrails/guardrails';
import type { SchedulerMetrics } from '../metrics/metrics';
import type { ReconcilerLink } from '../scaling/reconciler-link';
import { disruptionLimits, migTiming, policies, reporterOf, servingUrl } from './options';
import { ReconcileLoop } from './reconcile-loop';
import type { WorkNotifier } from './work-notifier';

/** How long a reservation pod that ended by itself stays readable before it is replaced, ms. */
const RESERVATION_RETRY_MS = 5_000;

/** Dependencies of the reconciler, as the modules provide them. */
export interface ReconcilerProviders {
  readonly config: SchedulerConfig;
  readonly workloads: PostgresAcceptedWorkloads;
  readonly orgUnits: PostgresOrganisationUnits;
  readonly known: KnownWorkloads;
  readonly view: InformedClusterView;
  readonly changes: ClusterChanges;
  readonly writer: KubernetesClusterWriter;
  readonly migNodes: KubernetesMigNodes;
  readonly guardrails: ProjectGuardrails;
  readonly tasks: ObservedTasks;
  readonly notifier: WorkNotifier;
  readonly scaling: ScalingController;
  readonly load: LoadStore;
  readonly starts: StartRecorder;
  readonly link: ReconcilerLink;
  readonly metrics: SchedulerMetrics;
  readonly clock: Clock;
  readonly wall: Clock;
  readonly logger: Logger;
}

/** The reconciler of the cluster, which changes in the cluster enqueue; the loop runs its cycles. */
export function createReconciler(on: ReconcilerProviders): Reconciler {
  const reconciler = new Reconciler({
    workloads: on.workloads,
    orgUnits: on.orgUnits,
    refs: on.known.refs,
    view: on.view,
    writer: on.writer,
    clock: on.clock,
    wall: on.wall,
    reporter: reporterOf(on.config),
    compile: (workload) => on.guardrails.compile(workload),
    replicaTarget: on.scaling,
    traffic: {
      inFlightAt: (pod) => on.load.inFlightAt(pod),
      isDrained: (pod) => on.load.isDrained(pod),
    },
    starts: on.starts,
    requestMs: on.config.TESSERA_DRAIN_MS,
    urls: ({ ref }) => [
      servingUrl(on.config.TESSERA_GATEWAY_PUBLIC_URL, on.config.TESSERA_GATEWAY_DOMAIN, ref),
    ],
    ...exposingOf(on.config),
    nodeLostMs: on.config.TESSERA_NODE_LOST_MS,
    disruption: disruptionLimits(on.config),
    keepNodeAfterMs: on.config.TESSERA_KEEP_NODE_AFTER_MS,
    placeOn: livePlacing({ ...policies(on.config), tasks: on.tasks }),
    tracing: spans,
    policyOf: (pool) => policyFor(pool, policies(on.config)),
    mig: { nodes: on.migNodes, timing: migTiming(on.config) },
    onFree: on.notifier.notify,
    reservationTiming: {
      readyMs: on.config.TESSERA_RESERVATION_READY_MS,
      retryMs: RESERVATION_RETRY_MS,
    },
    onError: (workloadId, err) => {
      on.metrics.failures.inc();
      on.logger.warn({ err, workloadId }, 'reconcile failed, will retry');
    },
    onHealed: (healed) => {
      on.metrics.healed.inc({ cause: healed.cause });
      on.logger.warn(healed, 'a device was given away more than once, a pod was ended');
    },
    onDecision: (outcome, ms) => {
      on.metrics.decisions.inc({ outcome });
      on.metrics.decisionSeconds.observe(ms / 1000);
    },
  });
  on.link.connect(reconciler, on.notifier.notify);
  enqueueChanges(reconciler, on);
  return reconciler;
}

function enqueueChanges(reconciler: Reconciler, { changes, notifier }: ReconcilerProviders): void {
  changes.subscribe({
    onWorkload: (id) => {
      reconciler.changed(id);
      notifier.notify();
    },
    onCapacity: (change) => {
      reconciler.capacityChanged(change);
      notifier.notify();
    },
    onSurroundings: (change) => {
      reconciler.surroundingsChanged(change);
      notifier.notify();
    },
  });
}

interface LoopDependencies extends Pick<ReconcilerProviders, 'config' | 'notifier' | 'metrics' | 'logger'> {
  readonly reconciler: Reconciler;
  readonly progress: Progress;
}

/** The loop that runs the cycles; it is not started yet. */
export const createLoop = ({
  config,
  reconciler,
  notifier,
  metrics,
  progress,
  logger,
}: LoopDependencies): ReconcileLoop =>
  new ReconcileLoop({
    reconciler,
    notifier,
    resyncMs: config.TESSERA_SCHEDULER_RESYNC_MS,
    logger,
    onCycle: (keys) => metrics.passes.inc(keys),
    onTurn: progress.made,
  });
