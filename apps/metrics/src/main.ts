import { listen } from '@tessera/platform-http';
import { dieOnUnhandled, onShutdown, systemClock } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { version } from '../package.json';
import { createMetricsService } from './app';
import { metricsConfig } from './config';

async function main(): Promise<void> {
  const config = metricsConfig(process.env);
  const logger = createLogger('metrics', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const app = await createMetricsService({ config, logger, clock: systemClock, version });
  onShutdown([{ name: 'metrics service', stop: () => app.close() }], logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const { TESSERA_METRICS_PORT: port, TESSERA_HOST: host } = config;
  await listen(app.getHttpServer(), port, host, 'TESSERA_METRICS_PORT');
  logger.info({ port }, 'metrics service ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
