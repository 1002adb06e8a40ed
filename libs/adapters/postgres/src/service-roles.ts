import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';

/** Database URLs of the services that own tables; each contains the service's own role and password. */
export interface ServiceUrls {
  readonly api?: string | undefined;
  readonly scheduler?: string | undefined;
}

/** Schemas that a service may use in addition to its own: the event log, used without Kafka. */
const SHARED = 'event_log';
const DUPLICATE = '42710';
const UNIQUE_VIOLATION = '23505';
const NO_PRIVILEGE = '42501';

/**
 * Creates missing roles of the services and grants each access to the rows of its own schema and of the event log,
 * nothing else; roles own no tables. Runs after every migration, which may have added tables. Roles are global to the
 * server: two databases of one server need different role names. If the caller may not create roles, they must exist.
 */
export async function grantServices(runner: QueryRunner, urls: ServiceUrls): Promise<void> {
  for (const schema of ['api', 'scheduler'] as const) {
    const url = urls[schema];
    if (url === undefined) continue;
    const { username, password } = new URL(url);
    const name = decodeURIComponent(username);
    const [self] = (await runner.query('select current_user as name')) as readonly {
      readonly name: string;
    }[];
    if (name === '' || name === self?.name)
      throw new Error(`The URL of the ${schema} contains the owner of the tables; use a separate user`);
    await ensureRole(runner, name, decodeURIComponent(password));
    for (const text of grants(schema, quoted(name))) await runner.query(text);
  }
}

const grants = (schema: string, role: string): readonly string[] =>
  [schema, SHARED].flatMap((one) => [
    `grant usage on schema ${one} to ${role}`,
    `grant select, insert, update, delete on all tables in schema ${one} to ${role}`,
    `grant usage, select on all sequences in schema ${one} to ${role}`,
  ]);

async function ensureRole(runner: QueryRunner, name: string, password: string): Promise<void> {
  const login = `login password '${scramVerifier(password)}'`;
  try {
    await runner.query(`create role ${quoted(name)} ${login}`);
  } catch (error) {
    const code = codeOf(error);
    if (code === NO_PRIVILEGE && !(await exists(runner, name)))
      throw new Error(
        `The role ${name} is missing and this user may not create roles; create it and run migrate again`,
      );
    if (code !== DUPLICATE && code !== UNIQUE_VIOLATION && code !== NO_PRIVILEGE) throw error;
    // Another administrator may own the role; then the password is managed there, too.
    await runner.query(`alter role ${quoted(name)} ${login}`).catch((refused: unknown) => {
      if (codeOf(refused) !== NO_PRIVILEGE) throw refused;
    });
  }
}

const exists = async (runner: QueryRunner, name: string): Promise<boolean> =>
  ((await runner.query('select 1 from pg_roles where rolname = $1', [name])) as readonly object[]).length > 0;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const codeOf = (error: unknown): unknown =>
  (error as { readonly driverError?: { readonly code?: unknown } }).driverError?.code;

const ITERATIONS = 4_096;

/** The SCRAM verifier of a password (RFC 5803), so that the password itself appears in no statement and no log. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`;
}
