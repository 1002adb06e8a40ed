import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Helm version; `go.mod` names the same one, and the cache is keyed by it. */
export const HELM_VERSION = '3.22.0';

/** The command that builds it. */
export const BUILD_HELM = 'npm run build:helm';

/** Path of the binary of this version, whether or not it exists. */
export const helmPathIn = (cacheDir: string): string => join(cacheDir, `helm-${HELM_VERSION}`, 'bin', 'helm');

/** The binary in the cache; undefined if it was not built. */
export function findHelm(cacheDir: string): string | undefined {
  const path = helmPathIn(cacheDir);
  return existsSync(path) ? path : undefined;
}
