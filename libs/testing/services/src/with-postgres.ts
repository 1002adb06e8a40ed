import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { temporaryPostgres } from '@tessera/dev-services/postgres';

/**
 * `with-postgres <command...>`: runs a command with one Postgres server for all test runs that it starts, instead of one
 * for each. Ends with the exit code of the command.
 */
async function main([command = '', ...args]: readonly string[]): Promise<number> {
  const own = process.env['TESSERA_TEST_DATABASE_URL'] ? undefined : await temporaryPostgres();
  try {
    const url = own && { TESSERA_TEST_DATABASE_URL: own.url };
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...url } });
    // The terminal sends Ctrl-C to the command too; we end after it.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
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
