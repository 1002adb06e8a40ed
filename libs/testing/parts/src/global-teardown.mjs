/** Ends what the set-up began. */
export default async function tearDown() {
  await globalThis.tesseraTestPostgres?.stop();
}
