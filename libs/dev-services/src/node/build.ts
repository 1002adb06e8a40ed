import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { ensureKube } from '../kubernetes';
import { assertGo, goBuild } from '../toolchains/go-build';
import { binDirOf, findNode } from './installation';
import { ORIGINS } from './programs';

const log = (line: string): void => console.log(line);

/** Builds into the cache what a real node needs and what is not there yet. */
async function main(): Promise<void> {
  const cache = cacheDir();
  assertSeccomp();
  await ensureKube({ cacheDir: cache, binaries: ['kubelet'], log });
  for (const origin of ORIGINS) {
    const { module, packages, ...how } = origin;
    const binDir = binDirOf(cache, origin);
    for (const [name, goPackage] of Object.entries(packages)) {
      if (existsSync(join(binDir, name))) continue;
      assertGo(module);
      await goBuild({ name, binDir, module, goPackage, log, ...how });
    }
  }
  const search = findNode({ cacheDir: cache });
  if (search.found) log(`a real node is ready: ${Object.values(search.installation).join(', ')}`);
  else log(`built; a real node still lacks: ${search.reason}; ${search.how}`);
}

/** runc needs C and libseccomp; their lack is reported in our words. */
function assertSeccomp(): void {
  const runc = ORIGINS.find(({ packages }) => 'runc' in packages);
  if (runc === undefined || existsSync(join(binDirOf(cacheDir(), runc), 'runc'))) return;
  const lacks = (command: string, args: readonly string[]): boolean => spawnSync(command, args).status !== 0;
  if (lacks('gcc', ['--version']) || lacks('pkg-config', ['--exists', 'libseccomp']))
    throw new Error(
      'runc needs a C compiler and libseccomp: apt-get install gcc libc6-dev libseccomp-dev pkg-config',
    );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
