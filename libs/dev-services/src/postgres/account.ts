import { execFileSync } from 'node:child_process';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';

/** The superuser of the server, and the system user that it runs as when root starts it. */
export const USER = 'postgres';

/** Postgres refuses to run as root. */
export const isRoot = (): boolean => userInfo().uid === 0;

/** The system user that the server runs as when root starts it; created if missing. */
export function postgresUser(): { readonly uid: number; readonly gid: number } {
  try {
    execFileSync('id', ['-u', USER], { stdio: 'ignore' });
  } catch {
    execFileSync('useradd', ['--system', '--user-group', USER]);
  }
  const id = (flag: string): number => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * Throws if the system user may not enter a folder above the data or the program; it needs the search permission on
 * all of them. The folder that holds the data is ours: it gets the permission.
 */
export async function assertReachable(dataDir: string, program: string): Promise<void> {
  if (!isRoot()) return;
  const own = dirname(resolve(dataDir));
  await mkdir(own, { recursive: true });
  for (const path of [dataDir, program]) {
    for (const folder of foldersAbove(path)) {
      if (((await stat(folder)).mode & 0o001) !== 0) continue;
      if (folder === own) await chmod(folder, 0o711);
      else
        throw new Error(
          `Postgres runs as the user "${USER}", which cannot enter ${folder} to reach ${path}: ` +
            `run chmod o+x ${folder}, start as a user other than root, or set TESSERA_DATABASE_URL ` +
            `(tests: TESSERA_TEST_DATABASE_URL)`,
        );
    }
  }
}

/** Topmost first. */
function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = dirname(resolve(path)); at !== dirname(at); at = dirname(at)) folders.unshift(at);
  return folders;
}
