import type { TemporaryPostgres } from '@tessera/dev-services/postgres';

declare global {
  /** The server of this run, from set-up to teardown. */
  var tesseraTestPostgres: TemporaryPostgres | undefined;
}

/** Ends what the set-up began. */
export default async function tearDown(): Promise<void> {
  await globalThis.tesseraTestPostgres?.stop();
}
