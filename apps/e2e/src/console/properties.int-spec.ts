import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(__dirname, '..', '..', '..', 'console', 'src');

/** Texts of styles and sources, without specifications. */
const texts = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(css|tsx?)$/.test(name) && !name.endsWith('spec.ts'))
  .map((name) => [name, readFileSync(join(SOURCES, name), 'utf8')] as const);

it('uses no custom property that nothing defines', () => {
  const defined = new Set(
    texts.flatMap(([, text]) => [...text.matchAll(/(--[a-z][\w-]*)['"]?\]?\s*:/g)].map(([, name]) => name)),
  );
  const used = texts.flatMap(([file, text]) =>
    [...text.matchAll(/(?:var\(|colour\(')(--[a-z][\w-]*)/g)].map(([, name = '']) => ({ file, name })),
  );
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter(({ name }) => !defined.has(name))).toEqual([]);
});
