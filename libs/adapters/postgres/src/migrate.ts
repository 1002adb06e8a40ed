import { openForMigrations } from './data-source';
import { renameMigrations } from './migrations/renamed';
import { grantServices, type ServiceUrls } from './service-roles';

/** Key of the advisory lock that serialises migrators. */
const LOCK = 7_355_608;

/**
 * Migrates the database to the newest schema and returns the names of the migrations that ran. Concurrent calls wait
 * for each other; each migration is one transaction, so a failed one leaves nothing behind. A database from before the
 * migrations were renumbered is migrated, too. Then the roles in `services` get their rights.
 */
export async function migrate(url: string, services: ServiceUrls = {}): Promise<readonly string[]> {
  const dataSource = await openForMigrations({ url, pool: 2, applicationName: 'tessera-migrate' });
  const session = dataSource.createQueryRunner();
  try {
    await session.query('select pg_advisory_lock($1)', [LOCK]);
    await renameMigrations(session);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    await grantServices(session, services);
    return ran.map(({ name }) => name);
  } finally {
    await session.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    await session.release();
    await dataSource.destroy();
  }
}
