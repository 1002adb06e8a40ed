import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { INTRODUCTION } from './api-guide/introduction';
import { guidePage, type Example } from './api-guide/page';
import { runExamples, type Target } from './api-guide/run';

const ROOT = join(__dirname, '..', '..', '..');
const PAGE = join(ROOT, 'docs', 'guides', 'api.md');
/** Answers that the OpenAPI document shows. */
const ANSWERS = join(ROOT, 'libs', 'contracts', 'rest', 'src', 'answers.json');

/** `npm run generate:api-guide -- <connection.json>`: runs every example against a fresh platform and writes the guide and the answers of the document. */
async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined)
    throw new Error('name the connection.json of a platform that was started with --reset');
  const target = JSON.parse(readFileSync(file, 'utf8')) as Target;
  const examples = await runExamples(target);
  await write(PAGE, guidePage(INTRODUCTION, examples));
  await write(ANSWERS, JSON.stringify(answersOf(examples)));
}

const answersOf = (examples: readonly Example[]) =>
  Object.fromEntries(
    examples
      .filter(({ answer }) => answer !== undefined)
      .map(({ operation, status, answer }) => [operation, { status, answer }]),
  );

async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  console.log(file);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
