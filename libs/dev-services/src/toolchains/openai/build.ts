import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { findOpenaiPython, OPENAI_PACKAGES, openaiEnvironmentIn } from './installation';

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

/** Installs the clients into an environment of their own in the cache, where it is missing. */
function main(): void {
  const folder = openaiEnvironmentIn(cacheDir());
  if (findOpenaiPython(cacheDir()) === undefined) {
    rmSync(folder, { recursive: true, force: true });
    run('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    run(join(folder, 'bin', 'python'), [...pip, ...OPENAI_PACKAGES]);
    writeFileSync(join(folder, 'complete'), '');
  }
  console.log(`OpenAI's client for Python is ready: ${folder}`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
