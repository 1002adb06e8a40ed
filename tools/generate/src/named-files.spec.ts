import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
/** A path of this repository between backticks; patterns and generic names in angle brackets are not paths. */
const NAMED = /`((?:apps|libs|tools|deploy|docs|examples)\/[^`\s*<>{}]+)`/g;

const filesNamedIn = (page: string): readonly string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(NAMED)].map(([, path]) => path ?? '');

describe.each(['docs/architecture.md', 'CONTRIBUTING.md'])('%s', (page) => {
  it('names files that exist', () => {
    const named = filesNamedIn(page);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
