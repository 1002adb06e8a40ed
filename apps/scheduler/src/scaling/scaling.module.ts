import { Module } from '@nestjs/common';
import { GatewayLeases, InformedClusterView, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import {
  KnownWorkloads,
  LoadStore,
  MetricValues,
  ScalingController,
  StartRecorder,
} from '@tessera/application-reconciliation';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import { ClusterChanges } from '../cluster/cluster-changes';
import { ClusterModule, CONNECTION } from '../cluster/cluster.module';
import type { SchedulerConfig } from '../config';
import { METRICS, MetricsModule } from '../metrics/metrics.module';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG, LOGGER, STEADY_CLOCK } from '../settings/tokens';
import { ReconcilerLink } from './reconciler-link';
import {
  createMetricValues,
  createReadingLoop,
  createScaling,
  createScalingLoop,
  createStartRecorder,
} from './scaling';

/** The readings of metrics by name (`Periodic`). */
export const READING_LOOP = Symbol('loop of the readings of metrics by name');
/** The ticks of the leader (`Periodic`). */
export const SCALING_LOOP = Symbol('loop of the scaling decisions');

interface StoreDependencies {
  readonly clock: Clock;
  readonly config: SchedulerConfig;
}

interface LeasesDependencies {
  readonly config: SchedulerConfig;
  readonly connection: KubernetesConnection;
  readonly clock: MonotonicClock;
  readonly logger: Logger;
}

/** How many replicas each workload is to have, from the load that the gateways report. */
@Module({
  imports: [ClusterModule, MetricsModule],
  providers: [
    ReconcilerLink,
    provided(
      LoadStore,
      { clock: CLOCK, config: CONFIG },
      ({ clock, config }: StoreDependencies) => new LoadStore(clock.now(), config.TESSERA_SCALING_WINDOW_MS),
    ),
    provided(
      GatewayLeases,
      { config: CONFIG, connection: CONNECTION, clock: CLOCK, logger: LOGGER },
      ({ config, ...dependencies }: LeasesDependencies) =>
        new GatewayLeases({ ...dependencies, namespace: config.TESSERA_SCHEDULER_NAMESPACE }),
    ),
    provided(
      StartRecorder,
      { changes: ClusterChanges, link: ReconcilerLink, metrics: METRICS },
      createStartRecorder,
    ),
    provided(
      ScalingController,
      {
        config: CONFIG,
        view: InformedClusterView,
        known: KnownWorkloads,
        load: LoadStore,
        leases: GatewayLeases,
        link: ReconcilerLink,
        starts: StartRecorder,
        clock: CLOCK,
        steady: STEADY_CLOCK,
        values: MetricValues,
      },
      createScaling,
    ),
    { provide: MetricValues, inject: [CONFIG], useFactory: createMetricValues },
    provided(READING_LOOP, { values: MetricValues, clock: CLOCK, logger: LOGGER }, createReadingLoop),
    provided(
      SCALING_LOOP,
      { scaling: ScalingController, metrics: METRICS, logger: LOGGER },
      createScalingLoop,
    ),
  ],
  exports: [
    ReconcilerLink,
    LoadStore,
    GatewayLeases,
    StartRecorder,
    ScalingController,
    SCALING_LOOP,
    READING_LOOP,
  ],
})
export class ScalingModule {}
