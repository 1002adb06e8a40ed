import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from '@tessera/platform-lifecycle';

/** Makes sure that one platform works in a folder; gives what releases it. Throws where another one lives there. */
export function takeHome(home: string): () => void {
  const file = `${home}.lock`;
  const holder = read(file);
  if (holder !== undefined && holder.pid !== process.pid && isRunning(holder))
    throw new Error(
      `a platform already runs in ${home} (process ${holder.pid}). End it, or give this one a folder and ports of its own: TESSERA_HOME and TESSERA_PORT_BASE`,
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
