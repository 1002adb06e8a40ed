import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, LOOKS } from './looks';
import { SIGN_IN, VIEWS } from './views';

const GUIDES = join(__dirname, '..', '..', '..', '..', 'docs', 'guides');
const FOLDER = join(GUIDES, 'console');
const MOST_BYTES = 100_000;
const MAKE = '`npm run generate:console-pictures` makes them';

const expected = [SIGN_IN, ...VIEWS.map(({ name }) => name)]
  .flatMap((view) => LOOKS.map((look) => fileOf(view, look.name)))
  .sort();

describe(`the pictures of the console (${MAKE})`, () => {
  it('are those of every page in every look, and no others', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(expected);
  });

  it('all stand in the guide', () => {
    const guide = readFileSync(join(GUIDES, 'console.md'), 'utf8');
    const shown = [...guide.matchAll(/console\/([\w-]+\.webp)/g)].map(([, name]) => name);
    expect(shown.sort()).toEqual(expected);
  });

  it(`are small, ${MOST_BYTES / 1000} kB at most`, () => {
    const sizes = readdirSync(FOLDER).map((name) => [name, statSync(join(FOLDER, name)).size] as const);
    expect(sizes.filter(([, size]) => size > MOST_BYTES)).toEqual([]);
  });
});
