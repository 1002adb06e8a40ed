import type { GatewayLeases, InformedClusterView } from '@tessera/adapter-kubernetes';
import {
  type LoadStore,
  ScalingController,
  StartRecorder,
  type KnownWorkloads,
} from '@tessera/application-reconciliation';
import type { Clock } from '@tessera/kernel';
import { Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ClusterChanges } from '../cluster/cluster-changes';
import type { SchedulerConfig } from '../config';
import type { SchedulerMetrics } from '../metrics/metrics';
import type { ReconcilerLink } from './reconciler-link';

/** Interval between decisions, ms: that of Knative's autoscaler. */
const TICK_MS = 2_000;

interface ControllerParts {
  readonly config: SchedulerConfig;
  readonly view: InformedClusterView;
  readonly known: KnownWorkloads;
  readonly load: LoadStore;
  readonly leases: GatewayLeases;
  readonly link: ReconcilerLink;
  readonly starts: StartRecorder;
  readonly clock: Clock;
}

interface RecorderParts {
  readonly changes: ClusterChanges;
  readonly link: ReconcilerLink;
  readonly metrics: SchedulerMetrics;
}

/** Measures starts of replicas, by what the watches of the cluster deliver. */
export function createStartRecorder({ changes, link, metrics }: RecorderParts): StartRecorder {
  const recorder = new StartRecorder({
    elapsedMs: () => performance.now(),
    enqueue: (id) => link.enqueue(id, false),
    onMeasured: ({ totalMs, stages }) => {
      metrics.startSeconds.observe(totalMs / 1_000);
      for (const { stage, durationMs } of stages)
        metrics.startStageSeconds.observe({ stage }, durationMs / 1_000);
    },
  });
  changes.subscribe({
    onReplica: (replica) => recorder.see(replica),
    onImagePulled: (uid) => recorder.pulled(uid),
  });
  return recorder;
}

/** Decides the number of replicas of every workload; the reconciler asks it. */
export const createScaling = ({ config, view, known, load, leases, link, starts, clock }: ControllerParts) =>
  new ScalingController({
    view,
    load,
    clock,
    elapsedMs: () => performance.now(),
    stableWindowMs: config.TESSERA_SCALING_WINDOW_MS,
    liveGateways: () => leases.live(),
    unplacedOf: link.unplacedOf,
    failedStartOf: link.failedStartOf,
    starts,
    isKnown: (id) => known.refs.of(id) !== undefined,
    enqueue: link.enqueue,
  });

interface LoopParts {
  readonly scaling: ScalingController;
  readonly metrics: SchedulerMetrics;
  readonly logger: Logger;
}

/** The ticks of the leader; they are not started yet. */
export const createScalingLoop = ({ scaling, metrics, logger }: LoopParts): Periodic =>
  new Periodic({
    everyMs: TICK_MS,
    work: async () => {
      const began = performance.now();
      metrics.scaleChanges.inc(scaling.tick());
      metrics.scaleTickSeconds.observe((performance.now() - began) / 1_000);
    },
    onFailure: (err) => logger.error({ err }, 'a scaling tick failed, the next one decides again'),
  });
