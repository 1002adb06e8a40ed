import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { CLIENTS, UNDECLARED_PACKAGES, environmentIn, pythonOf } from './installation';

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

/** Installs every release of the client into an environment of its own in the cache, where it is missing. */
function main(): void {
  for (const { version } of CLIENTS) {
    const folder = environmentIn(cacheDir(), version);
    if (pythonOf(cacheDir(), version) === undefined) {
      console.log(`runapy ${version}: installing`);
      rmSync(folder, { recursive: true, force: true });
      run('python3', ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      run(join(folder, 'bin', 'python'), [...pip, `runapy==${version}`, ...UNDECLARED_PACKAGES]);
      writeFileSync(join(folder, 'complete'), '');
    }
    console.log(`runapy ${version} is ready: ${folder}`);
  }
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
