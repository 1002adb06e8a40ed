import {
  databaseOf,
  databaseUnavailable,
  openDatabase,
  poolOf,
  PostgresOutbox,
  watchPool,
} from '@tessera/adapter-postgres';
import { Relay, tracedPublishing } from '@tessera/application-messaging';
import { reportParked } from '@tessera/application-control-plane';
import { closeServer, createAdminServer, listen } from '@tessera/platform-http';
import {
  dieOnUnhandled,
  Health,
  LOOP_PATIENCE,
  onShutdown,
  Progress,
  realPacing,
  systemClock,
} from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { createRegistry, spans, startTracing, tracesFrom } from '@tessera/platform-telemetry';
import { version } from '../package.json';
import { apiConfig } from './config';
import { openEventLog } from './event-log';
import { startFacts } from './loops/facts';
import { startProjection } from './loops/projection';
import { retentionLoop } from './loops/retention';
import { apiMetrics } from './metrics';
import { migrateDatabase } from './migrate-database';
import { rotateKeys } from './rotate-keys';
import { declaredTopics, provision, provisionTopics } from './topics';
import { createApi } from './wiring';

async function main(): Promise<void> {
  const config = apiConfig(process.env);
  const logger = createLogger('api', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const traces = await startTracing(tracesFrom(config, 'api', version), (problem) =>
    logger.warn({ problem }, 'could not export traces'),
  );
  const database = databaseOf(config);
  const dataSource = await openDatabase({ ...database, applicationName: 'tessera-api' });
  const log = openEventLog(config, logger);
  const outbox = new PostgresOutbox(dataSource, database.url, 'api');
  const registry = createRegistry('api', version);
  const metrics = apiMetrics(registry, { outbox: () => outbox.lag() });
  const health = new Health();
  const relayed = new Progress(config.TESSERA_LIVENESS_MS * LOOP_PATIENCE);
  health.addLivenessCheck('database pool', watchPool(poolOf(dataSource), config.TESSERA_LIVENESS_MS));
  health.addLivenessCheck('outbox relay', relayed.stalled);
  health.addCheck('database', () => databaseUnavailable(dataSource));
  health.addCheck('event log', () => log.unavailable());
  const admin = { health, registry };
  const api = await createApi({
    config,
    dataSource,
    log,
    logger,
    clock: systemClock,
    metrics,
    version,
  });
  const relay = new Relay({
    outbox,
    log: tracedPublishing(log, spans),
    pacing: realPacing,
    onFailure: (err, failures) => logger.warn({ err, failures }, 'could not relay the outbox, will retry'),
    onPublished: (rows) => metrics.published.inc(rows),
    onRound: relayed.made,
    onParked: async (parked) => {
      for (const { row, reason } of parked)
        logger.error(
          { id: row.id, topic: row.topic, key: row.key, reason },
          'parked a record of the outbox that cannot be published',
        );
      await reportParked(api.controlPlane, parked);
    },
  });
  health.addCheck('outbox', () => relay.stuck());
  const retention = retentionLoop({
    config,
    dataSource,
    facts: api.facts,
    clock: systemClock,
    logger,
    metrics,
  });
  for (const remark of await provision(log, declaredTopics(config))) logger.warn(remark);
  const projection = await startProjection({
    controlPlane: api.controlPlane,
    log,
    logger,
    onProjected: (records) => metrics.projected.inc(records),
  });
  const facts = await startFacts({
    facts: api.facts,
    topicPrefix: config.TESSERA_TOPIC_PREFIX,
    log,
    logger,
  });
  await relay.start();
  api.liveness.start();
  retention.start();
  const adminServer = createAdminServer(admin);
  onShutdown(
    [
      { name: 'readiness', stop: () => health.beginStop() },
      { name: 'server', stop: () => api.app.close() },
      { name: 'audit log', stop: () => api.audit.stop() },
      { name: 'admin server', stop: () => closeServer(adminServer) },
      { name: 'projection', stop: () => projection.stop() },
      { name: 'facts', stop: () => facts.stop() },
      { name: 'heartbeats', stop: () => api.liveness.stop() },
      { name: 'retention', stop: () => retention.stop() },
      { name: 'relay', stop: () => relay.stop() },
      { name: 'event log', stop: () => log.close() },
      { name: 'database', stop: () => dataSource.destroy() },
      { name: 'traces', stop: () => traces.stop() },
    ],
    logger,
  );
  const { TESSERA_API_ADMIN_PORT: adminPort, TESSERA_HOST: host } = config;
  await listen(adminServer, adminPort, host, 'TESSERA_API_ADMIN_PORT');
  await api.app.listen(config.TESSERA_API_PORT, host);
  logger.info({ port: config.TESSERA_API_PORT }, 'api ready');
}

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  migrate: migrateDatabase,
  'provision-topics': provisionTopics,
  'rotate-keys': () => rotateKeys(),
};
const command = process.argv[2];
const run = command === undefined ? main : COMMANDS[command];
if (run === undefined) {
  process.stderr.write(`unknown command ${command}; there are ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exit(2);
}
run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
