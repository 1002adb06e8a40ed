import type { DataSource } from 'typeorm';
import type { InformedClusterView } from '@tessera/adapter-kubernetes';
import { databaseUnavailable, OutboxWatch, poolOf, watchPool } from '@tessera/adapter-postgres';
import type { EventLog, Relay } from '@tessera/application-messaging';
import { Health, type Progress } from '@tessera/platform-lifecycle';
import type { SchedulerConfig } from '../config';

export interface HealthDependencies {
  readonly config: SchedulerConfig;
  readonly dataSource: DataSource;
  readonly log: Pick<EventLog, 'unavailable' | 'stuck'>;
  readonly view: Pick<InformedClusterView, 'notReady'>;
  readonly relay: Pick<Relay, 'stuck'>;
  readonly relayed: Progress;
  readonly reconciled: Progress;
}

/** The checks of readiness and liveness. A standby is ready too. */
export function createHealth(on: HealthDependencies): Health {
  const health = new Health();
  health.addCheck('database', () => databaseUnavailable(on.dataSource));
  health.addCheck('event log', () => on.log.unavailable());
  health.addCheck('consumers', () => on.log.stuck());
  health.addCheck('cluster', () => on.view.notReady());
  const rows = new OutboxWatch(on.dataSource, 'scheduler');
  health.addCheck('outbox', async () => on.relay.stuck() ?? (await rows.stuck()));
  health.addLivenessCheck('database pool', watchPool(poolOf(on.dataSource), on.config.TESSERA_LIVENESS_MS));
  health.addLivenessCheck('outbox relay', on.relayed.stalled);
  health.addLivenessCheck('reconcile loop', on.reconciled.stalled);
  return health;
}
