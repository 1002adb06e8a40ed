import { Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { GatewayLeases, InformedClusterView, LeaderElection } from '@tessera/adapter-kubernetes';
import { LeaseFence, PostgresOrganisationUnits } from '@tessera/adapter-postgres';
import { Relay, type EventLog } from '@tessera/application-messaging';
import { KnownWorkloads } from '@tessera/application-reconciliation';
import type { Periodic } from '@tessera/platform-lifecycle';
import { ClusterModule } from '../cluster/cluster.module';
import { CommandConsumer } from '../commands/commands';
import { CommandsModule } from '../commands/commands.module';
import type { SchedulerConfig } from '../config';
import { DatabaseModule } from '../database/database.module';
import { EVENT_LOG, EventLogModule } from '../event-log/event-log.module';
import { prepareTopics } from '../event-log/topics';
import { ProjectGuardrails } from '../guardrails/guardrails';
import { GuardrailsModule } from '../guardrails/guardrails.module';
import { ReconcileLoop } from '../reconciliation/reconcile-loop';
import { ReconciliationModule } from '../reconciliation/reconciliation.module';
import { RelayModule } from '../relay/relay.module';
import { RETENTION, RetentionModule } from '../retention/retention.module';
import { READING_LOOP, SCALING_LOOP, ScalingModule } from '../scaling/scaling.module';
import { provided } from '../settings/provided';
import { CONFIG, LOGGER, ON_LOST } from '../settings/tokens';
import { Leadership, type LeaderLoop, type LeadershipDependencies } from './leadership';

interface Dependencies extends Omit<LeadershipDependencies, 'prepare' | 'loops'> {
  readonly config: SchedulerConfig;
  readonly log: EventLog;
  readonly guardrails: ProjectGuardrails;
  readonly orgUnits: PostgresOrganisationUnits;
  readonly relay: Relay;
  readonly retention: Periodic;
  readonly leases: GatewayLeases;
  readonly scalingLoop: Periodic;
  readonly readingLoop: Periodic;
  readonly reconcileLoop: ReconcileLoop;
  readonly commands: CommandConsumer;
}

/** The loops of the leader, in the order in which they start: a new one is added here. They stop in reverse. */
const loopsOf = ({
  relay,
  retention,
  leases,
  scalingLoop,
  readingLoop,
  reconcileLoop,
  commands,
}: Dependencies): readonly LeaderLoop[] => [
  { name: 'relay', start: () => relay.start(), stop: () => relay.stop() },
  { name: 'retention', start: () => retention.start(), stop: () => retention.stop() },
  { name: 'gateway leases', start: () => leases.start(), stop: () => leases.stop() },
  { name: 'metrics by name', start: () => readingLoop.start(), stop: () => readingLoop.stop() },
  { name: 'scaling', start: () => scalingLoop.start(), stop: () => scalingLoop.stop() },
  { name: 'reconcile loop', start: () => reconcileLoop.start(), stop: () => reconcileLoop.stop() },
  { name: 'commands', start: () => commands.start(), stop: () => commands.stop() },
];

const createLeadership = (on: Dependencies): Leadership =>
  new Leadership({
    ...on,
    loops: loopsOf(on),
    prepare: async () => {
      await prepareTopics(on.log, on.config, on.logger);
      await on.guardrails.load(on.orgUnits);
    },
  });

/** Runs the loops while this scheduler is the leader. */
@Module({
  imports: [
    ClusterModule,
    CommandsModule,
    DatabaseModule,
    EventLogModule,
    GuardrailsModule,
    ReconciliationModule,
    RelayModule,
    RetentionModule,
    ScalingModule,
  ],
  providers: [
    provided(
      Leadership,
      {
        config: CONFIG,
        log: EVENT_LOG,
        election: LeaderElection,
        fence: LeaseFence,
        known: KnownWorkloads,
        view: InformedClusterView,
        guardrails: ProjectGuardrails,
        orgUnits: PostgresOrganisationUnits,
        relay: Relay,
        retention: RETENTION,
        leases: GatewayLeases,
        scalingLoop: SCALING_LOOP,
        readingLoop: READING_LOOP,
        reconcileLoop: ReconcileLoop,
        commands: CommandConsumer,
        onLost: ON_LOST,
        logger: LOGGER,
      },
      createLeadership,
    ),
  ],
  exports: [Leadership],
})
export class LeadershipModule implements BeforeApplicationShutdown {
  constructor(private readonly leadership: Leadership) {}

  /** Before the HTTP server closes: the loops stop, and another scheduler may lead. */
  beforeApplicationShutdown(): Promise<void> {
    return this.leadership.stop();
  }
}
