import { migrate } from '@tessera/adapter-postgres';
import { loadConfig, type Config } from '@tessera/platform-config';
import { createLogger } from '@tessera/platform-logging';

const NAMES = [
  'TESSERA_DATABASE_URL',
  'TESSERA_API_DATABASE_URL',
  'TESSERA_SCHEDULER_DATABASE_URL',
  'TESSERA_LOG_LEVEL',
] as const;

/** The configuration of the migrations; throws with every problem at once. */
export const migrateConfig = (env: NodeJS.ProcessEnv): Config<(typeof NAMES)[number]> =>
  loadConfig(NAMES, env);

/**
 * `main.js migrate`: migrates the database to the newest schema and exits. A deployment runs it before the services.
 */
export async function migrateDatabase(): Promise<void> {
  const config = migrateConfig(process.env);
  const logger = createLogger('migrate', config.TESSERA_LOG_LEVEL);
  const migrations = await migrate(config.TESSERA_DATABASE_URL, {
    api: config.TESSERA_API_DATABASE_URL,
    scheduler: config.TESSERA_SCHEDULER_DATABASE_URL,
  });
  logger.info({ migrations }, 'the database is up to date');
}
