import { AUDIENCE, BuiltInIssuer } from '@tessera/adapter-oidc';
import { openDatabase, PostgresSigningKeys } from '@tessera/adapter-postgres';
import { loadConfig } from '@tessera/platform-config';
import { systemClock } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';

/**
 * `main.js rotate-keys`: a new key signs access tokens from now on (within half a minute in every process); what the old one
 * signed is accepted until it expires.
 */
export async function rotateKeys(): Promise<void> {
  const names = [
    'TESSERA_DATABASE_URL',
    'TESSERA_LOG_LEVEL',
    'TESSERA_API_PUBLIC_URL',
    'TESSERA_TOKEN_TTL_SECONDS',
  ] as const;
  const config = loadConfig(names, process.env);
  const logger = createLogger('rotate-keys', config.TESSERA_LOG_LEVEL);
  const url = config.TESSERA_DATABASE_URL;
  const dataSource = await openDatabase({ url, pool: 1, applicationName: 'tessera-rotate-keys' });
  try {
    const issuer = new BuiltInIssuer({
      keys: new PostgresSigningKeys(dataSource),
      issuer: config.TESSERA_API_PUBLIC_URL,
      audience: AUDIENCE,
      ttlSeconds: config.TESSERA_TOKEN_TTL_SECONDS,
      clock: systemClock,
    });
    logger.info({ kid: await issuer.rotate() }, 'a new key signs access tokens');
  } finally {
    await dataSource.destroy();
  }
}
