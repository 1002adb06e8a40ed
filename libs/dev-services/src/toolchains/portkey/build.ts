import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { findPortkey, PORTKEY, portkeyFolderIn } from './installation';

/** Installs the package into a folder of its own in the cache; it would be the largest dependency of this repository. */
function main(): void {
  const folder = portkeyFolderIn(cacheDir());
  if (findPortkey(cacheDir()) === undefined) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact'];
    const { status, error } = spawnSync('npm', [...args, `${PORTKEY.name}@${PORTKEY.version}`], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new Error(`npm install: ${error?.message ?? `exit code ${status}`}`);
    writeFileSync(join(folder, 'complete'), '');
  }
  console.log(`${PORTKEY.name} ${PORTKEY.version} is ready: ${folder}`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
