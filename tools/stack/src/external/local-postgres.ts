import { join } from 'node:path';
import { startPostgres, type LocalPostgres } from '@tessera/dev-services/postgres';

export interface LocalPostgresOptions {
  readonly home: string;
  readonly port: number;
  readonly password: string;
}

/** Starts the Postgres server of a local platform, with its data in `<home>/postgres`. */
export const localPostgres = ({ home, port, password }: LocalPostgresOptions): Promise<LocalPostgres> =>
  startPostgres({
    dataDir: join(home, 'postgres'),
    port,
    password,
    logFile: join(home, 'logs', 'postgres.log'),
    pidFile: join(home, 'run', 'postgres.pid'),
  });
