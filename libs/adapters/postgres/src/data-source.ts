import { DataSource } from 'typeorm';
import { MIGRATIONS } from './migrations/all';
import { poolSettings, UNLIMITED, type ConnectionLimits } from './pool';

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections of this process. */
  readonly pool: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** None unless given. */
  readonly limits?: ConnectionLimits;
}

/** Opens the database; rejects when it cannot be reached. Nothing is migrated: see {@link migrate}. */
export async function openDatabase({
  url,
  pool,
  applicationName,
  limits = UNLIMITED,
}: DatabaseOptions): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName,
    poolSize: pool,
    extra: poolSettings(limits),
    migrations: [...MIGRATIONS],
    migrationsTableName: 'tessera_migrations',
    entities: [],
    // A connection that breaks while idle is replaced by the pool; it must not end the process.
    poolErrorHandler: () => undefined,
  });
  return dataSource.initialize();
}

/** Why the database cannot be used now; undefined when it can. For readiness checks. */
export async function databaseUnavailable(dataSource: DataSource): Promise<string | undefined> {
  try {
    await dataSource.query('select 1');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
