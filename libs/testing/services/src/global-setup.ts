import { randomUUID } from 'node:crypto';
import { temporaryPostgres } from '@tessera/dev-services/postgres';
import { TEMPLATE_VARIABLE } from './database';

/**
 * Once per run of the integration project: one Postgres server, unless `TESSERA_TEST_DATABASE_URL` names one, and a name
 * for the template of its databases.
 */
export default async function setUp(): Promise<void> {
  process.env[TEMPLATE_VARIABLE] = `template_${randomUUID().replaceAll('-', '')}`;
  if (process.env['TESSERA_TEST_DATABASE_URL']) return;
  const server = await temporaryPostgres();
  process.env['TESSERA_TEST_DATABASE_URL'] = server.url;
  // A signal would end this process without its exit handlers, which stop the server.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  globalThis.tesseraTestPostgres = server;
}
