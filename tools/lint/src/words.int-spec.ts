import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { avoidedWordsIn, type AvoidedWord } from './words';
import words from './words.json';

const ROOT = join(__dirname, '../../..');
/** The specification of this list, and migrations, which are history. */
const EXEMPT = /^tools\/lint\/src\/words|\/migrations\//;

describe('the words of the source', () => {
  it('are those of the glossary: no file uses one of the private words of before', () => {
    const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' })
      .split('\n')
      .filter((file) => file !== '' && !EXEMPT.test(file));
    const found = files.flatMap((file) =>
      avoidedWordsIn(readFileSync(join(ROOT, file), 'utf8'), words as readonly AvoidedWord[]).map(
        ({ word, write, line, text }) => `${file}:${line}: "${text}": write ${write} instead of ${word}`,
      ),
    );
    expect(found).toEqual([]);
  });
});
