import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Portkey's gateway, which the gateway is measured beside. */
export const PORTKEY = { name: '@portkey-ai/gateway', version: '1.15.2' } as const;

/** The command that installs it. */
export const BUILD_PORTKEY = 'npm run build:portkey';

export const portkeyFolderIn = (cacheDir: string): string => join(cacheDir, `portkey-${PORTKEY.version}`);

/** The program of the gateway; undefined if it is not installed. */
export function findPortkey(cacheDir: string): string | undefined {
  const folder = portkeyFolderIn(cacheDir);
  if (!existsSync(join(folder, 'complete'))) return undefined;
  return join(folder, 'node_modules', PORTKEY.name, 'build', 'start-server.js');
}
