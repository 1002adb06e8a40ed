import type { TemporaryPostgres } from '@tessera/dev-services/postgres';
import { dropDatabase, TEMPLATE_VARIABLE } from './database';

declare global {
  /** The server of this run, from set-up to teardown. */
  var tesseraTestPostgres: TemporaryPostgres | undefined;
}

/** Ends what the set-up began. */
export default async function tearDown(): Promise<void> {
  if (globalThis.tesseraTestPostgres !== undefined) return globalThis.tesseraTestPostgres.stop();
  // A server that is not ours keeps its data.
  const [server, template] = [process.env['TESSERA_TEST_DATABASE_URL'], process.env[TEMPLATE_VARIABLE]];
  if (server && template) await dropDatabase(server, template);
}
