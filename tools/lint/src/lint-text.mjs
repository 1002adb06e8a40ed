import { text } from 'node:stream/consumers';
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/**
 * Lints sources that stand in no file, with the configuration of the repository: reads `[{path, code}]` from stdin and
 * writes, in the same order, the list of `{ruleId, message}` of each. Rules that need types are off, because a file that
 * does not exist has none. A program of its own, because Jest cannot import a configuration that is an ES module.
 */
// Without a project graph on the disk the boundary rule skips every file and reports it only in a warning.
await createProjectGraphAsync({ exitOnError: true });
const eslint = new ESLint({
  overrideConfig: [{ files: ['**/*.{ts,tsx}'], ...tseslint.configs.disableTypeChecked }],
});
const results = [];
for (const { path, code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: path });
  results.push(result?.messages.map(({ ruleId, message }) => ({ ruleId, message })) ?? []);
}
process.stdout.write(JSON.stringify(results));
