import { openDatabase } from './data-source';
import { grantServices, type ServiceUrls } from './service-roles';

/** Key of the advisory lock that keeps two migrators apart. */
const LOCK = 7_355_608;

/**
 * Brings the database to the newest schema and gives the names of the migrations that ran. Several at once wait for each
 * other; each migration is one transaction, and a failing one leaves nothing behind. Then the roles that `services` name
 * get their rights.
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
