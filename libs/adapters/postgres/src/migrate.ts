import { openDatabase } from './data-source';
import { grantServices, type ServiceUrls } from './service-roles';

/** Key of the advisory lock that serialises migrators. */
const LOCK = 7_355_608;

/**
 * Migrates the database to the newest schema and returns the names of the migrations that ran. Concurrent calls wait
 * for each other; each migration is one transaction, so a failed one leaves nothing behind. Then it grants the roles in
 * `services` their rights.
 */
export async function migrate(url: string, services: ServiceUrls = {}): Promise<readonly string[]> {
  const dataSource = await openDatabase({ url, pool: 2, applicationName: 'tessera-migrate' });
  const reservationPod = dataSource.createQueryRunner();
  try {
    await reservationPod.query('select pg_advisory_lock($1)', [LOCK]);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    await grantServices(reservationPod, services);
    return ran.map(({ name }) => name);
  } finally {
    await reservationPod.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    await reservationPod.release();
    await dataSource.destroy();
  }
}
