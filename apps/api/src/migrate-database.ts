import { migrate } from '@tessera/adapter-postgres';
import { loadConfig } from '@tessera/platform-config';
import { createLogger } from '@tessera/platform-logging';

/** `main.js migrate`: brings the database to the newest schema and ends. A deployment runs it before the services. */
export async function migrateDatabase(): Promise<void> {
  const config = loadConfig(['TESSERA_DATABASE_URL', 'TESSERA_LOG_LEVEL'], process.env);
  const logger = createLogger('migrate', config.TESSERA_LOG_LEVEL);
  const migrations = await migrate(config.TESSERA_DATABASE_URL);
  logger.info({ migrations }, 'the database is up to date');
}
