import { dieOnUnhandled, onShutdown, systemClock } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { version } from '../package.json';
import { createScheduler, runScheduler } from './app';
import { schedulerConfig } from './config';
import { spareMemory } from './spare-memory';

async function main(): Promise<void> {
  const config = schedulerConfig(process.env);
  const logger = createLogger('scheduler', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  spareMemory(logger);
  const settings = { config, logger, clock: systemClock, version, onLost: () => process.exit(1) };
  const app = await createScheduler(settings);
  onShutdown([{ name: 'scheduler', stop: () => app.close() }], logger);
  await runScheduler(app, settings);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
