import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordFinder, type AvoidedWord } from './words';
import list from './words.json';

const ROOT = join(__dirname, '../../../..');
const find = wordFinder(list as readonly AvoidedWord[]);
const READ = ['ts', 'tsx', 'mjs', 'cjs', 'go', 'md', 'yaml', 'yml', 'sh', 'tpl'].map((type) => `*.${type}`);

/** What nobody writes by hand, or what is history. */
const LEFT_OUT = [
  // The specification of the list.
  /^tools\/lint\/src\/words\//,
  /\/migrations\//,
  /\/(?:goldens|fixtures|recorded-answers)\//,
  // Generated from sources, which are read themselves.
  /^docs\/reference\/|^docs\/guides\/api\.md$/,
];

/** Every source and document is parsed. */
const LIMIT_MS = 180_000;

describe('the words of sources, documents and messages', () => {
  it(
    'are those of the glossary: no file uses one of the list',
    () => {
      const files = execFileSync('git', ['ls-files', ...READ, '.ci/run'], { cwd: ROOT, encoding: 'utf8' })
        .split('\n')
        .filter((file) => file !== '' && !LEFT_OUT.some((path) => path.test(file)));
      const found = files.flatMap((file) =>
        find(file, readFileSync(join(ROOT, file), 'utf8')).map(
          ({ word, write, line, text }) => `${file}:${line}: "${text}": write ${write} instead of ${word}`,
        ),
      );
      expect(found).toEqual([]);
    },
    LIMIT_MS,
  );
});
