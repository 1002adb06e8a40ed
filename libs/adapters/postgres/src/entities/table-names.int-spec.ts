import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTITIES } from './all';
import { tableOf } from './statements';

const SOURCES = join(__dirname, '..');
/** Migrations keep the names of their time. */
const OTHERS = /^migrations\/|spec\.ts$/;

it('no statement writes the name of a table by hand', () => {
  const tables = new RegExp(`\\b(${ENTITIES.map(tableOf).join('|').replaceAll('.', '\\.')})\\b|schema\\}\\.`);
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !OTHERS.test(file),
  );
  const byHand = files.filter((file) =>
    readFileSync(join(SOURCES, file), 'utf8')
      .split('\n')
      .some((line) => !/^\s*(\*|\/[/*])/.test(line) && tables.test(line)),
  );
  expect(files).toContain('outbox.ts');
  // The one definition of how a name is written.
  expect(byHand).toEqual(['entities/statements.ts']);
});
