import { join } from 'node:path';
import { ROUTES, type Route } from '@tessera/contracts-rest';
import { patternsBelow, patternsOfSchema, type FoundPattern } from './patterns';
import { growsFasterThanItsText } from './worst-input';

const ROOT = join(__dirname, '..', '..', '..');
const FOLDERS = ['libs', 'apps'];

describe('the regular expressions of the services', () => {
  const found = FOLDERS.flatMap((folder) => patternsBelow(ROOT, folder));

  it('are found', () => {
    expect(found.length).toBeGreaterThan(100);
    const files = found.map(({ file }) => file);
    expect(files).toContain('libs/contracts/rest/src/schemas/primitives.ts');
    expect(files).toContain('libs/domain/workload/src/kubernetes-names.ts');
  });

  it('take no longer than in proportion to their text, however it is chosen', () => {
    const once = new Map(found.map((one) => [String(one.pattern), one]));
    const slow = [...once.values()].flatMap(({ file, pattern }: FoundPattern) => {
      const text = growsFasterThanItsText(pattern);
      return text === undefined ? [] : [`${file}: ${pattern.source} on ${JSON.stringify(text)}`];
    });
    expect(slow).toEqual([]);
  });
});

describe('the patterns of the schemas of the API, those that are put together among them', () => {
  const found = new Map<string, RegExp>();
  for (const { params, query, headers, body } of Object.values(ROUTES) as Route[])
    for (const pattern of patternsOfSchema([params, query, headers, body]))
      found.set(String(pattern), pattern);

  it('are found: of texts, of formats and of filters', () => {
    const sources = [...found.values()].map(({ source }) => source);
    expect(sources.some((source) => source.includes('eEinumkKMGTP'))).toBe(true);
    expect(sources.some((source) => source.includes('@'))).toBe(true);
    expect(sources.some((source) => source.includes('==|!=|<='))).toBe(true);
  });

  it('take no longer than in proportion to their text', () => {
    const slow = [...found.values()].flatMap((pattern) => growsFasterThanItsText(pattern) ?? []);
    expect(slow).toEqual([]);
  });
});

describe('the search for slow texts', () => {
  it.each([
    ['a repetition before an end that does not come', /\/+$/],
    ['two repetitions of the same', /^[0-9.]+[0-9]*$/],
    ['a repetition behind a beginning', /^name=\s*(\s+)$/],
    ['a repetition in the middle of a text', /a.*b/],
  ])('finds %s', (_what, pattern) => {
    expect(growsFasterThanItsText(pattern)).toBeDefined();
  });

  it.each([
    ['one repetition from the beginning', /^[a-z-]+$/],
    ['a bounded repetition', /^[a-z]([-a-z]{0,61}[a-z])?$/],
    ['a set of characters', /[",\r\n]/],
  ])('lets %s pass', (_what, pattern) => {
    expect(growsFasterThanItsText(pattern)).toBeUndefined();
  });
});
