import fc from 'fast-check';
import { parseExposition, type ExposedSample } from './exposition';

const parse = (page: string): ExposedSample[] => [...parseExposition(page)];

describe('the exposition format', () => {
  const cases: Readonly<Record<string, readonly [string, readonly ExposedSample[]]>> = {
    'a name alone': ['up 1', [{ name: 'up', labels: {}, value: 1 }]],
    'labels, spaces and a comma at the end': [
      'a_b:c { x = "1" , y="2", } 3.5e2',
      [{ name: 'a_b:c', labels: { x: '1', y: '2' }, value: 350 }],
    ],
    'empty braces': ['up{} 2', [{ name: 'up', labels: {}, value: 2 }]],
    'a time and an exemplar behind the value': [
      'up{a="b"} 2 1395066363000\nn_total 4 # {trace="x"} 1',
      [
        { name: 'up', labels: { a: 'b' }, value: 2 },
        { name: 'n_total', labels: {}, value: 4 },
      ],
    ],
    'escapes and braces in values': [
      String.raw`m{p="C:\\D\"}, \n"} 1`,
      [{ name: 'm', labels: { p: 'C:\\D"}, \n' }, value: 1 }],
    ],
    'comments, empty lines, carriage returns': [
      '# HELP a b\r\n# TYPE a gauge\r\n\r\na 1\r\n# EOF',
      [{ name: 'a', labels: {}, value: 1 }],
    ],
    'what is not a finite number': [
      'a NaN\nb +Inf\nc -Inf',
      [
        { name: 'a', labels: {}, value: NaN },
        { name: 'b', labels: {}, value: Infinity },
        { name: 'c', labels: {}, value: -Infinity },
      ],
    ],
  };
  it.each(Object.entries(cases))('reads %s', (_name, [page, want]) => expect(parse(page)).toEqual(want));

  it.each([
    ['<html>', 'line 1: no metric name'],
    ['a 1\nb one', 'line 2: no number'],
    ['a{b="c} 1', 'line 1: a broken label'],
    ['a{b=c} 1', 'line 1: a broken label'],
    ['a{b="c"', 'line 1: a broken label'],
    ['a', 'line 1: no number'],
  ])('refuses %j', (page, message) => expect(() => parse(page)).toThrow(message));

  it('returns only the wanted series, and does not parse the rest', () => {
    expect([...parseExposition('a{broken 1\nb 2', (name) => name === 'b')]).toEqual([
      { name: 'b', labels: {}, value: 2 },
    ]);
  });

  it('parses any labels and values that it wrote', () => {
    const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
    const text = fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', '{', '}', ',', '=', ' ', 'é') });
    const sample = fc.record({
      name: fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/),
      labels: fc.dictionary(label, text, { noNullPrototype: true }),
      value: fc.double({ noNaN: true }),
    });
    const escape = (value: string): string =>
      value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    const write = ({ name, labels, value }: ExposedSample): string =>
      `${name}{${Object.entries(labels)
        .map(([key, of]) => `${key}="${escape(of)}"`)
        .join(',')}} ${value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : value}`;
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 5 }), (samples) => {
        const plain = samples.map((one) => ({ ...one, value: one.value + 0 }));
        expect(parse(plain.map(write).join('\n'))).toEqual(plain);
      }),
    );
  });
});
