import { dieOnUnhandled, onShutdown } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from './config';
import { AppModule } from './app.module';
import { createApplication } from './create-application';
import { migrateDatabase } from './migrate-database';
import { provisionTopics } from './platform/topics';
import { API_CONFIG, LOGGER } from './providers';
import { rotateKeys } from './rotate-keys';

async function main(): Promise<void> {
  const app = await createApplication(AppModule);
  const logger = app.get<Logger>(LOGGER);
  const { TESSERA_API_PORT: port, TESSERA_HOST: host } = app.get<ApiConfig>(API_CONFIG);
  dieOnUnhandled(logger);
  await app.init();
  // Not Nest's shutdown hooks: these have a time limit, and a second signal ends the process at once.
  onShutdown([{ name: 'api', stop: () => app.close() }], logger);
  await app.listen(port, host);
  logger.info({ port }, 'api ready');
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
