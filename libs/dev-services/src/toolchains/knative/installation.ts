import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the Go module. */
export const MODULE = __dirname;

/** The command that builds it. */
export const BUILD_KNATIVE = 'npm run build:knative';

export const PROGRAM = 'knative-autoscaler';

/** Path of the program in the cache, whether or not it exists. */
export function autoscalerPathIn(cacheDir: string): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(MODULE, file)));
  return join(cacheDir, `knative-${hash.digest('hex').slice(0, 12)}`, 'bin', PROGRAM);
}

/** The program in the cache; undefined if it was not built. */
export function findAutoscaler(cacheDir: string): string | undefined {
  const path = autoscalerPathIn(cacheDir);
  return existsSync(path) ? path : undefined;
}
