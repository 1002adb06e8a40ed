import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { KeyEncryption, migrate, openDatabase, PostgresSigningKeys } from '@tessera/adapter-postgres';
import { migratedDatabase } from '@tessera/testing-services';
import { signingKeysContract } from './signing-keys';

let dataSource: DataSource;
beforeAll(async () => {
  const { url } = await migratedDatabase(migrate);
  dataSource = await openDatabase({ url, pool: 2, applicationName: 'signing-keys-contract' });
});
afterAll(() => dataSource.destroy());

describe.each([
  ['in plain text', []],
  ['encrypted', [randomBytes(32)]],
])('signing keys on Postgres, %s', (_how, encryptionKeys) => {
  signingKeysContract(async () => {
    await dataSource.query('delete from api.signing_keys');
    return new PostgresSigningKeys(dataSource, new KeyEncryption(encryptionKeys));
  });
});
