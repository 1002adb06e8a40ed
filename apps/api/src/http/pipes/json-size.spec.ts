import { hasMoreValues } from './json-size';

const more = (text: string, most: number): boolean => hasMoreValues(Buffer.from(text), most);

describe('the number of values in a JSON text', () => {
  it.each([
    ['items', JSON.stringify([1, 2, 3, 4, 5])],
    ['fields', JSON.stringify({ a: 1, b: 2, c: 3, d: 4, e: 5 })],
    ['empty objects', '[{},{},0]'],
    ['lists in lists', '[[[[[]]]]]'],
    ['text that is not JSON', ',,,,,'],
  ])('counts %s', (_what, text) => {
    expect([more(text, 4), more(text, 5)]).toEqual([true, false]);
  });

  it.each([
    ['commas and brackets inside texts', JSON.stringify(['a,,,[[[{{{', 'b'])],
    ['quotes that are escaped', JSON.stringify(['a\\",,,,"', 'b\\\\'])],
    ['a text without an end', '["a,,,,,,,,'],
  ])('does not count %s', (_what, text) => {
    expect(more(text, 2)).toBe(false);
  });
});
