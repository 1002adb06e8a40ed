import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../free-ports';
import { startPostgres } from './server';

/** A server whose data goes with it. */
export interface TemporaryPostgres {
  /** URL of its superuser. */
  readonly url: string;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Another process may take the free port between our check and the server's start. */
const START_ATTEMPTS = 3;

/** Starts a Postgres server in a new temporary folder, on a free port of the loopback address. */
export async function temporaryPostgres(): Promise<TemporaryPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-test-postgres-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  // One for all attempts: the first writes it into the data.
  const password = randomBytes(12).toString('hex');
  for (let attempt = 1; ; attempt += 1) {
    const [port = 0] = await freePorts(1);
    try {
      const { url, server } = await startPostgres({
        dataDir: join(folder, 'data'),
        port,
        password,
        logFile: join(folder, 'postgres.log'),
        pidFile: join(folder, 'postgres.pid'),
        durable: false,
      });
      return { url, stop: () => server.stop().then(remove) };
    } catch (error) {
      if (attempt < START_ATTEMPTS) continue;
      await remove();
      throw error;
    }
  }
}
