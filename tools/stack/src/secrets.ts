import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const newPassword = (): string => randomBytes(18).toString('hex');
const newKey = (): string => randomBytes(32).toString('base64');

const Secrets = z.object({
  application: z.object({ id: z.string(), secret: z.string() }),
  postgresPassword: z.string(),
  /** Of the users with which the API and the scheduler connect to it. */
  apiDatabasePassword: z.string().default(newPassword),
  schedulerDatabasePassword: z.string().default(newPassword),
  simulatorToken: z.string(),
  /** The scheduler's name in its lease: the same after a restart, so that it takes the lease back at once. */
  schedulerIdentity: z.string(),
  /** Encrypts the signing keys in the database; 32 bytes in base64. */
  keyEncryptionKey: z.string().default(newKey),
});

export type StackSecrets = z.infer<typeof Secrets>;

/** Credentials of the local platform: made at the first start, kept in a file that only its owner may read. */
export function stackSecrets(home: string): StackSecrets {
  const file = join(home, 'secrets.json');
  const known: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  // Those of an older version get what they lack.
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
});
