import { dirname } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { assertGo, goBuild } from '../go-build';
import { autoscalerPathIn, findAutoscaler, MODULE, PROGRAM } from './installation';

/** Builds Knative's autoscaler into the cache. */
async function main(): Promise<void> {
  const path = autoscalerPathIn(cacheDir());
  if (findAutoscaler(cacheDir()) === undefined) {
    assertGo(MODULE);
    await goBuild({ name: PROGRAM, binDir: dirname(path), module: MODULE, goPackage: '.', log: console.log });
  }
  console.log(`Knative's autoscaler is ready: ${path}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
