import { startPostgres } from './postgres-server.mjs';

/** Once per run of the integration project: one Postgres server, unless `TESSERA_TEST_DATABASE_URL` names one. */
export default async function setUp() {
  if (process.env.TESSERA_TEST_DATABASE_URL) return;
  const server = await startPostgres();
  process.env.TESSERA_TEST_DATABASE_URL = server.url;
  globalThis.tesseraTestPostgres = server;
}
