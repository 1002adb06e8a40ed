import { chdir } from 'node:process';
import { join } from 'node:path';
import { runStack } from './stack';
import { stackSettings, USAGE } from './settings';

/** Root of the project; bundles and deployment files are resolved from it. */
const ROOT = join(__dirname, '..', '..', '..');

async function main(): Promise<void> {
  const settings = stackSettings(process.argv.slice(2), process.env);
  if (settings === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  chdir(ROOT);
  await runStack(settings, (line) => process.stdout.write(`${line}\n`));
}

main().catch((error: unknown) => {
  process.stderr.write(
    `\nTessera did not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
