import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endWithServers } from '@tessera/platform-lifecycle';
import { isFresh } from '@tessera/tool-build/build-record';

const SERVICES = ['api', 'scheduler', 'metrics', 'gateway', 'simulator', 'console'].map(
  (name) => `apps/${name}`,
);

/**
 * Builds the services and the console of which a source changed since their last build, in a process of its own: the compilers that it
 * loads would stay loaded as long as the platform runs. Throws what the compiler says.
 */
export async function buildServices(): Promise<void> {
  const stale = SERVICES.filter((project) => !isFresh(join('dist', project)));
  if (stale.length === 0) return;
  const args = ['--import', 'tsx', 'tools/build/src/main.ts', ...stale];
  await endWithServers(() => promisify(execFile)(process.execPath, args)).catch(
    (error: Error & { stderr?: string }) => {
      throw new Error(`cannot build ${stale.join(', ')}: ${error.stderr?.trim() || error.message}`);
    },
  );
}
