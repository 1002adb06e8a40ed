import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Secrets = z.object({
  application: z.object({ id: z.string(), secret: z.string() }),
  postgresPassword: z.string(),
  simulatorToken: z.string(),
  /** The scheduler's name in its lease: the same after a restart, so that it takes the lease back at once. */
  schedulerIdentity: z.string(),
});

export type StackSecrets = z.infer<typeof Secrets>;

/** Credentials of the local platform: made at the first start, kept in a file that only its owner may read. */
export function stackSecrets(home: string): StackSecrets {
  const file = join(home, 'secrets.json');
  if (existsSync(file)) return Secrets.parse(JSON.parse(readFileSync(file, 'utf8')));
  const made: StackSecrets = {
    application: { id: 'local', secret: randomBytes(18).toString('base64url') },
    postgresPassword: randomBytes(18).toString('hex'),
    simulatorToken: randomBytes(24).toString('base64url'),
    schedulerIdentity: randomUUID(),
  };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}
