import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { INTRODUCTION } from './api-guide/introduction';
import { guidePage } from './api-guide/page';
import { runExamples, type Target } from './api-guide/run';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'guides', 'api.md');

/** `npm run generate:api-guide -- <connection.json>`: runs every example against a fresh platform and writes the guide. */
async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined)
    throw new Error('name the connection.json of a platform that was started with --reset');
  const target = JSON.parse(readFileSync(file, 'utf8')) as Target;
  const page = guidePage(INTRODUCTION, await runExamples(target));
  writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
  console.log(PAGE);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
