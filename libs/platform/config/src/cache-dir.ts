import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Folder of built binaries and jars, absolute: `TESSERA_CACHE`, or `~/.cache/tessera`. It need not exist. */
export function cacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env['TESSERA_CACHE'];
  return named ? resolve(named) : join(homedir(), '.cache', 'tessera');
}
