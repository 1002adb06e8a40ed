import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const newPassword = (): string => randomBytes(18).toString('hex');
const newKey = (): string => randomBytes(32).toString('base64');

const Secrets = z.object({
  application: z.object({ id: z.string(), secret: z.string() }),
  postgresPassword: z.string(),
  /** Passwords of the database users of the API and the scheduler. */
  apiDatabasePassword: z.string().default(newPassword),
  schedulerDatabasePassword: z.string().default(newPassword),
  simulatorToken: z.string(),
  /**
   * The scheduler's identity in its lease. It survives a restart, so that the scheduler reacquires the lease at once.
   */
  schedulerIdentity: z.string(),
  /** Encrypts the signing keys in the database; 32 bytes in base64. */
  keyEncryptionKey: z.string().default(newKey),
  /** Signs the load reports of the gateway; 32 bytes in base64. */
  gatewayReportKey: z.string().default(newKey),
  metricsQueryKey: z.string().default(newKey),
});

export type StackSecrets = z.infer<typeof Secrets>;

/** Credentials of the local platform: generated at the first start, stored in a file that only its owner may read. */
export function stackSecrets(home: string): StackSecrets {
  const file = join(home, 'secrets.json');
  const known: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  // A file of an older version is completed with the missing secrets.
  const secrets = known === undefined ? newSecrets() : Secrets.parse(known);
  if (JSON.stringify(secrets) !== JSON.stringify(known))
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

const newSecrets = (): StackSecrets => ({
  application: { id: 'local', secret: randomBytes(18).toString('base64url') },
  postgresPassword: newPassword(),
  apiDatabasePassword: newPassword(),
  schedulerDatabasePassword: newPassword(),
  simulatorToken: randomBytes(24).toString('base64url'),
  schedulerIdentity: randomUUID(),
  keyEncryptionKey: newKey(),
  gatewayReportKey: newKey(),
  metricsQueryKey: newKey(),
});
