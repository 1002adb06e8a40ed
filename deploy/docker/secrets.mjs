// Makes the secrets of docker-compose.yml at its first start and keeps them: node secrets.mjs <folder>.
// The folder has one volume for each reader, so that nobody reads what is another's. What POSTGRES_PASSWORD,
// TESSERA_APPLICATION_SECRET or TESSERA_KEY_ENCRYPTION_KEY say at the first start is taken instead.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '/secrets';
const { POSTGRES_PASSWORD, TESSERA_APPLICATION_SECRET, TESSERA_KEY_ENCRYPTION_KEY } = process.env;

/** The secret that is there already, else this one. Readers run as several users: the volume is what keeps others out. */
function kept(reader, name, make) {
  const file = join(folder, reader, name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const text = make();
  mkdirSync(join(folder, reader), { recursive: true });
  writeFileSync(file, text, { mode: 0o444 });
  return text;
}

const password = () => randomBytes(24).toString('hex');
const urlOf = (user, secret) => `postgres://${user}:${encodeURIComponent(secret)}@postgres:5432/tessera`;

const owner = kept('postgres', 'password', () => POSTGRES_PASSWORD || password());
kept('migrate', 'database-url', () => urlOf('tessera', owner));
for (const service of ['api', 'scheduler']) {
  const url = kept('migrate', `${service}-database-url`, () => urlOf(`tessera_${service}`, password()));
  kept(service, 'database-url', () => url);
}
const reportKey = kept('scheduler', 'report-key', () => randomBytes(32).toString('base64'));
for (const reader of ['gateway', 'api']) kept(reader, 'report-key', () => reportKey);
const queryKey = kept('scheduler', 'query-key', () => randomBytes(32).toString('base64'));
kept('metrics', 'query-key', () => queryKey);
kept('api', 'application-secret', () => TESSERA_APPLICATION_SECRET || randomBytes(18).toString('base64url'));
kept('api', 'key-encryption-key', () => TESSERA_KEY_ENCRYPTION_KEY || randomBytes(32).toString('base64'));
