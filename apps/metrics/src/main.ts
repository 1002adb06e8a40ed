import { dieOnUnhandled, onShutdown } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { version } from '../package.json';
import { metricsConfig } from './config';
import { createMetricsService } from './service';

async function main(): Promise<void> {
  const config = metricsConfig(process.env);
  const logger = createLogger('metrics', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const { app, stops } = await createMetricsService({ config, logger, clock: Date, version });
  onShutdown(stops, logger);
  await app.listen(config.TESSERA_METRICS_PORT, config.TESSERA_HOST);
  logger.info({ port: config.TESSERA_METRICS_PORT }, 'metrics service ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
