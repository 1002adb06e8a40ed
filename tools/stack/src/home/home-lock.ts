import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from '@tessera/platform-lifecycle';

/** Locks a folder for one platform and returns the release function. Throws if another platform runs there. */
export function takeHome(home: string): () => void {
  const file = `${home}.lock`;
  const holder = read(file);
  if (holder !== undefined && holder.pid !== process.pid && isRunning(holder))
    throw new Error(
      `a platform already runs in ${home} (process ${holder.pid}). Stop it, or set TESSERA_HOME and TESSERA_PORT_BASE to run a second one`,
    );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(identify(process.pid)));
  return () => rmSync(file, { force: true });
}

function read(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
