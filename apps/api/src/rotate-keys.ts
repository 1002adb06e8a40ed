import { hostname, userInfo } from 'node:os';
import type { DataSource } from 'typeorm';
import { AUDIENCE, BuiltInIssuer } from '@tessera/adapter-oidc';
import {
  KeyEncryption,
  openDatabase,
  PostgresDirectory,
  PostgresSigningKeys,
  PostgresWorkloadStore,
} from '@tessera/adapter-postgres';
import { loadConfig } from '@tessera/platform-config';
import { systemClock } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';

/**
 * `main.js rotate-keys`: publishes a new key at once; it signs access tokens about a minute later, when every process
 * knows it. Tokens that the old key signed are accepted until they expire.
 */
export async function rotateKeys(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const names = [
    'TESSERA_DATABASE_URL',
    'TESSERA_LOG_LEVEL',
    'TESSERA_API_PUBLIC_URL',
    'TESSERA_TOKEN_TTL_SECONDS',
    'TESSERA_KEY_ENCRYPTION_KEY',
  ] as const;
  const config = loadConfig(names, env);
  const logger = createLogger('rotate-keys', config.TESSERA_LOG_LEVEL);
  const url = config.TESSERA_DATABASE_URL;
  const dataSource = await openDatabase({ url, pool: 1, applicationName: 'tessera-rotate-keys' });
  try {
    const keys = new PostgresSigningKeys(dataSource, new KeyEncryption(config.TESSERA_KEY_ENCRYPTION_KEY));
    // Encrypt existing keys first, so that no plain key is written beside encrypted ones.
    await keys.protect();
    const issuer = new BuiltInIssuer({
      keys,
      issuer: config.TESSERA_API_PUBLIC_URL,
      audience: AUDIENCE,
      ttlSeconds: config.TESSERA_TOKEN_TTL_SECONDS,
      clock: systemClock,
    });
    const kid = await issuer.rotate();
    await writeDown(dataSource, kid);
    logger.info({ kid }, 'published a new signing key; it signs access tokens in about a minute');
  } finally {
    await dataSource.destroy();
  }
}

/** The audit log records who rotated the key: the account on the machine where the command ran. */
async function writeDown(dataSource: DataSource, kid: string): Promise<void> {
  const { username } = userInfo();
  const caller = { subjectId: '', name: `${username} (command line)`, address: hostname(), requestId: '' };
  const entry = { at: new Date(systemClock.now()).toISOString(), caller, operation: 'rotate_keys' };
  const store = new PostgresWorkloadStore(dataSource, PostgresDirectory.onPoolOf(dataSource));
  await store.transaction((tx) => tx.audit({ ...entry, target: kid, status: 200 }));
}
