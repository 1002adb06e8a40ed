import { listen } from '@tessera/platform-http';
import { dieOnUnhandled, onShutdown } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { version } from '../package.json';
import { metricsConfig } from './config';
import { createMetricsService } from './service';

async function main(): Promise<void> {
  const config = metricsConfig(process.env);
  const logger = createLogger('metrics', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const { app, admin, stops } = await createMetricsService({ config, logger, clock: Date, version });
  onShutdown(stops, logger);
  const { TESSERA_METRICS_PORT: port, TESSERA_METRICS_ADMIN_PORT: adminPort, TESSERA_HOST: host } = config;
  await listen(admin, adminPort, host, 'TESSERA_METRICS_ADMIN_PORT');
  await listen(app.getHttpServer(), port, host, 'TESSERA_METRICS_PORT');
  logger.info({ port }, 'metrics service ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
