import { DataSource } from 'typeorm';
import { MIGRATIONS } from './migrations/all';
import { MIGRATIONS_TABLE } from './migrations/renamed';
import { poolSettings, UNLIMITED, type ConnectionLimits } from './pool';

export interface DatabaseOptions {
  readonly url: string;
  /** Maximum connections of this process. */
  readonly pool: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Default: no limits. */
  readonly limits?: ConnectionLimits;
}

/** Connects to the database; rejects if it is unreachable. Does not migrate: see {@link migrate}. */
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
    migrationsTableName: MIGRATIONS_TABLE,
    entities: [],
    // The pool replaces a connection that breaks while idle; the error must not end the process.
    poolErrorHandler: () => undefined,
  });
  return dataSource.initialize();
}

/** Readiness check: the reason why the database is unavailable; undefined if it is available. */
export async function databaseUnavailable(dataSource: DataSource): Promise<string | undefined> {
  try {
    await dataSource.query('select 1');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
