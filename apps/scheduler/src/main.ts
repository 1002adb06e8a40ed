import { connectKubernetes, podLog } from '@tessera/adapter-kubernetes';
import { askForMigConfig, migReport } from '@tessera/application-reconciliation';
import { createTokenVerifier, schedulerAudience, serviceIssuerOf } from '@tessera/adapter-oidc';
import {
  databaseOf,
  databaseUnavailable,
  openDatabase,
  poolOf,
  PostgresOutbox,
  watchPool,
} from '@tessera/adapter-postgres';
import { closeServer, createAdminServer, listen } from '@tessera/platform-http';
import { dieOnUnhandled, Health, onShutdown, systemClock } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { createRegistry, startTracing, tracesFrom } from '@tessera/platform-telemetry';
import { version } from '../package.json';
import { schedulerConfig } from './config';
import { openEventLog } from './event-log';
import { clusterGauges } from './gauges';
import { schedulerMetrics } from './metrics';
import { createServer } from './server';
import { spareMemory } from './spare-memory';
import { Scheduler } from './wiring';

async function main(): Promise<void> {
  const config = schedulerConfig(process.env);
  const logger = createLogger('scheduler', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  spareMemory(logger);
  const traces = await startTracing(tracesFrom(config, 'scheduler', version), (problem) =>
    logger.warn({ problem }, 'could not export traces'),
  );
  const dataSource = await openDatabase({ ...databaseOf(config), applicationName: 'tessera-scheduler' });
  const log = openEventLog(config, logger);
  const connection = connectKubernetes(config.TESSERA_KUBECONFIG, 'scheduler');
  const registry = createRegistry('scheduler', version);
  const outbox = new PostgresOutbox(dataSource, config.TESSERA_DATABASE_URL, 'scheduler');
  const metrics = schedulerMetrics(registry, {
    outbox: () => outbox.lag(),
    leading: () => scheduler.leading,
  });
  const scheduler: Scheduler = new Scheduler({
    config,
    dataSource,
    log,
    connection,
    clock: systemClock,
    logger,
    metrics,
    onLost: () => process.exit(1),
  });
  clusterGauges(registry, scheduler);
  const health = new Health();
  health.addCheck('database', () => databaseUnavailable(dataSource));
  health.addCheck('event log', () => log.unavailable());
  health.addCheck('cluster', () => scheduler.notReady());
  health.addCheck('outbox', () => scheduler.stuck());
  health.addLivenessCheck('database pool', watchPool(poolOf(dataSource), config.TESSERA_LIVENESS_MS));
  health.addLivenessCheck('outbox relay', scheduler.relayed.stalled);
  health.addLivenessCheck('reconcile loop', scheduler.reconciled.stalled);
  const app = await createServer({
    verifier: createTokenVerifier(serviceIssuerOf(config, schedulerAudience(config.TESSERA_CLUSTER_ID)), {
      now: () => systemClock.now(),
    }),
    clock: systemClock,
    clusterId: config.TESSERA_CLUSTER_ID,
    place: () => scheduler.placeNow(),
    nodes: () => scheduler.nodes(),
    migReport: (node) => migReport(scheduler.migNodes, node),
    askForMigConfig: (node, config) => askForMigConfig(scheduler.migNodes, node, config ?? undefined),
    notReady: () => scheduler.notReady(),
    log: (pod, query, signal) => podLog(connection, pod, query, signal),
  });
  const adminServer = createAdminServer({ health, registry });
  onShutdown(
    [
      { name: 'readiness', stop: () => health.beginStop() },
      ...scheduler.stops(),
      { name: 'server', stop: () => app.close() },
      { name: 'admin server', stop: () => closeServer(adminServer) },
      { name: 'event log', stop: () => log.close() },
      { name: 'cluster connection', stop: () => connection.close() },
      { name: 'database', stop: () => dataSource.destroy() },
      { name: 'traces', stop: () => traces.stop() },
    ],
    logger,
  );
  const { TESSERA_SCHEDULER_ADMIN_PORT: adminPort, TESSERA_HOST: host } = config;
  await listen(adminServer, adminPort, host, 'TESSERA_SCHEDULER_ADMIN_PORT');
  await app.listen(config.TESSERA_SCHEDULER_PORT, host);
  await scheduler.start();
  logger.info({ cluster: config.TESSERA_CLUSTER_ID }, 'scheduler became leader');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
