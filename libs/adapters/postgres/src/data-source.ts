import { DataSource, type DataSourceOptions } from 'typeorm';
import { poolSettings } from '@tessera/platform-config';
import { ENTITIES } from './entities/all';
import { PostgresNames } from './entities/names';
import { MIGRATIONS } from './migrations/all';
import { MIGRATIONS_TABLE } from './migrations/renamed';
import { UNLIMITED, type ConnectionLimits } from './pool';

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
export const openDatabase = (options: DatabaseOptions): Promise<DataSource> =>
  connect(options, { entities: ENTITIES });

/**
 * The same for the migrations, without the entities: TypeORM would create a table for its own metadata if one of them
 * has a generated column.
 */
export const openForMigrations = (options: DatabaseOptions): Promise<DataSource> =>
  connect(options, { migrations: [...MIGRATIONS], migrationsTableName: MIGRATIONS_TABLE });

function connect(
  { url, pool, applicationName, limits = UNLIMITED }: DatabaseOptions,
  content: Pick<DataSourceOptions, 'entities' | 'migrations' | 'migrationsTableName'>,
): Promise<DataSource> {
  const dataSource = new DataSource({
    ...content,
    type: 'postgres',
    url,
    applicationName,
    poolSize: pool,
    extra: poolSettings(limits),
    namingStrategy: new PostgresNames(),
    // The pool replaces a connection that breaks while idle; the error must not end the process.
    poolErrorHandler: () => undefined,
  });
  return dataSource.initialize();
}

/** Readiness check: the reason why the database is unavailable or takes no writes; undefined if it is available. */
export async function databaseUnavailable(dataSource: DataSource): Promise<string | undefined> {
  try {
    const [found]: { standby: boolean; readonly: string }[] = await dataSource.query(
      `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') as readonly`,
    );
    if (found?.standby === true) return 'the database takes no writes: the server is a standby';
    return found?.readonly === 'on'
      ? 'the database takes no writes: default_transaction_read_only is on'
      : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
