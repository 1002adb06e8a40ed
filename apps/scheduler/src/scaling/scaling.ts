import type { GatewayLeases, InformedClusterView } from '@tessera/adapter-kubernetes';
import { ScalingValuesClient } from '@tessera/adapter-services';
import {
  MetricValues,
  ScalingController,
  StartRecorder,
  type KnownWorkloads,
  type LoadStore,
} from '@tessera/application-reconciliation';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import { Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ClusterChanges } from '../cluster/cluster-changes';
import type { SchedulerConfig } from '../config';
import type { SchedulerMetrics } from '../metrics/metrics';
import type { ReconcilerLink } from './reconciler-link';

/** Interval between decisions, ms: that of Knative's autoscaler. */
const TICK_MS = 2_000;

interface ControllerDependencies {
  readonly config: SchedulerConfig;
  readonly view: InformedClusterView;
  readonly known: KnownWorkloads;
  readonly load: LoadStore;
  readonly leases: GatewayLeases;
  readonly link: ReconcilerLink;
  readonly starts: StartRecorder;
  readonly clock: Clock & MonotonicClock;
  readonly steady: Clock;
  readonly values: MetricValues;
}

interface RecorderDependencies {
  readonly changes: ClusterChanges;
  readonly link: ReconcilerLink;
  readonly metrics: SchedulerMetrics;
}

/** Measures starts of replicas, by what the watches of the cluster deliver. */
export function createStartRecorder({ changes, link, metrics }: RecorderDependencies): StartRecorder {
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
export const createScaling = ({
  config,
  view,
  known,
  load,
  leases,
  link,
  starts,
  clock,
  steady,
  values,
}: ControllerDependencies): ScalingController =>
  new ScalingController({
    view,
    load,
    clock,
    steady,
    values,
    elapsedMs: () => clock.elapsedMs(),
    stableWindowMs: config.TESSERA_SCALING_WINDOW_MS,
    liveGateways: () => leases.live(),
    unplacedOf: link.unplacedOf,
    failedStartOf: link.failedStartOf,
    starts,
    isKnown: (id) => known.refs.of(id) !== undefined,
    enqueue: link.enqueue,
  });

/** Interval between two readings of metrics by name, ms: more than one per scrape reads the same values. */
const READ_MS = 5_000;

/** Values of metrics by name, where a key to ask the metrics service is set. */
export function createMetricValues(config: SchedulerConfig): MetricValues {
  const { TESSERA_METRICS_URL: url, TESSERA_CLUSTER_ID: clusterId } = config;
  const [key] = config.TESSERA_METRICS_QUERY_KEYS;
  return new MetricValues(key && new ScalingValuesClient({ url, clusterId, key }).read);
}

interface ReadingDependencies {
  readonly values: MetricValues;
  readonly clock: MonotonicClock;
  readonly logger: Logger;
}

/** Reads the metrics in use, beside the ticks; it is not started yet. A failure is logged once until it ends. */
export function createReadingLoop({ values, clock, logger }: ReadingDependencies): Periodic {
  let failing = false;
  return new Periodic({
    everyMs: READ_MS,
    work: async (signal) => {
      await values.refresh(() => clock.elapsedMs(), signal);
      failing = false;
    },
    onFailure: (err) => {
      if (!failing)
        logger.warn(
          { err },
          'cannot read the metrics by which workloads scale; their numbers of replicas stay',
        );
      failing = true;
    },
  });
}

interface LoopDependencies {
  readonly scaling: ScalingController;
  readonly metrics: SchedulerMetrics;
  readonly logger: Logger;
}

/** The ticks of the leader; they are not started yet. */
export const createScalingLoop = ({ scaling, metrics, logger }: LoopDependencies): Periodic =>
  new Periodic({
    everyMs: TICK_MS,
    work: async () => {
      const began = performance.now();
      metrics.scaleChanges.inc(scaling.tick());
      metrics.scaleTickSeconds.observe((performance.now() - began) / 1_000);
    },
    onFailure: (err) => logger.error({ err }, 'a scaling tick failed, the next one decides again'),
  });
