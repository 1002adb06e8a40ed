import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { temporaryPostgres } from '@tessera/dev-services/postgres';

/** What runs at once: end-to-end tests mostly wait, and the others use the processor meanwhile. */
const TARGETS = ['test-e2e', 'test-all'] as const;

/**
 * `run-tests [options of Nx]`: the unit, integration and end-to-end tests of every package, with one Postgres server for
 * all of them. Ends with the exit code of a run that failed, once all have ended.
 */
async function main(options: readonly string[]): Promise<number> {
  const own = process.env['TESSERA_TEST_DATABASE_URL'] ? undefined : await temporaryPostgres();
  try {
    const url = own && { TESSERA_TEST_DATABASE_URL: own.url };
    const runs = TARGETS.map((target) =>
      spawn('nx', ['run-many', '-t', target, ...options], {
        stdio: 'inherit',
        // Its view of the terminal takes all of it, and there are two.
        env: { ...process.env, ...url, NX_TUI: 'false' },
      }),
    );
    // The terminal sends Ctrl-C to the runs too; we end after them.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => runs.forEach((run) => run.kill(signal)));
    const codes = await Promise.all(
      runs.map(async (run) => ((await once(run, 'exit')) as [number | null])[0] ?? 1),
    );
    return Math.max(...codes);
  } finally {
    await own?.stop();
  }
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
