import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPES } from './index';

const MOST_LINES = 8;
const CONTRIBUTING = readFileSync(join(__dirname, '../../../../CONTRIBUTING.md'), 'utf8');
const [, section = ''] = CONTRIBUTING.split('\n## Recipes\n');

/** Recipes of CONTRIBUTING: title and numbered lines. */
const written = section
  .split(/^\*\*(?=.+\*\*$)/m)
  .slice(1)
  .map((recipe) => {
    const [title = '', ...lines] = recipe.split('\n');
    return { title: title.replace(/\*\*$/, ''), lines: lines.filter((line) => /^\d+\. /.test(line)) };
  });

describe('the recipes of CONTRIBUTING', () => {
  it('are those that a test follows', () => {
    expect(written.map(({ title }) => title)).toEqual(RECIPES.map(({ title }) => title));
  });

  it.each(written)(`have at most ${MOST_LINES} lines: $title`, ({ lines }) => {
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
  });
});
