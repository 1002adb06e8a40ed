import { databaseUnavailable, openDatabase, PostgresOutbox } from '@tessera/adapter-postgres';
import { Relay } from '@tessera/application-messaging';
import { dieOnUnhandled, Health, onShutdown, realPacing, systemClock } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { version } from '../package.json';
import { apiConfig } from './config';
import { openEventLog } from './event-log';
import { startProjection } from './loops/projection';
import { apiMetrics } from './metrics';
import { migrateDatabase } from './migrate-database';
import { createApi } from './wiring';

async function main(): Promise<void> {
  const config = apiConfig(process.env);
  const logger = createLogger('api', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const url = config.TESSERA_DATABASE_URL;
  const dataSource = await openDatabase({
    url,
    pool: config.TESSERA_DATABASE_POOL,
    applicationName: 'tessera-api',
  });
  const log = openEventLog(config, logger);
  const outbox = new PostgresOutbox(dataSource, url, 'api');
  const registry = createRegistry('api', version);
  const metrics = apiMetrics(registry, { outbox: () => outbox.lag() });
  const health = new Health();
  health.addCheck('database', () => databaseUnavailable(dataSource));
  health.addCheck('event log', () => log.unavailable());
  const api = await createApi({
    config,
    dataSource,
    log,
    logger,
    clock: systemClock,
    admin: { health, registry },
    metrics,
    version,
    consoleDir: undefined,
  });
  const relay = new Relay({
    outbox,
    log,
    pacing: realPacing,
    onFailure: (err, failures) => logger.warn({ err, failures }, 'the outbox could not be relayed'),
    onPublished: (rows) => metrics.published.inc(rows),
  });
  const projection = await startProjection({
    world: api.world,
    log,
    logger,
    onProjected: (records) => metrics.projected.inc(records),
  });
  await relay.start();
  onShutdown(
    [
      { name: 'readiness', stop: () => health.beginStop() },
      { name: 'server', stop: () => api.app.close() },
      { name: 'projection', stop: () => projection.stop() },
      { name: 'relay', stop: () => relay.stop() },
      { name: 'event log', stop: () => log.close() },
      { name: 'database', stop: () => dataSource.destroy() },
    ],
    logger,
  );
  await api.app.listen(config.TESSERA_API_PORT, config.TESSERA_HOST);
  logger.info({ port: config.TESSERA_API_PORT }, 'api ready');
}

(process.argv[2] === 'migrate' ? migrateDatabase() : main()).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
