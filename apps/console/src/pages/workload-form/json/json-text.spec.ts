import fc from 'fast-check';
import { readJson } from './json-text';

const TEXT = `{
  "name": "chat",
  "spec": {
    "ports": [
      { "container": 80 },
      { "container": "x" }
    ]
  }
}`;

describe('a text that is read as JSON', () => {
  it.each([
    ['name', 2, 3],
    ['spec.ports', 4, 5],
    ['spec.ports[1]', 6, 7],
    ['spec.ports[1].container', 6, 9],
    ['spec.ports[1].missing', 6, 7],
    ['spec.image', 3, 3],
    ['projectId', 1, 1],
  ])('gives the place of %s, or of what is around it', (field, line, column) => {
    const read = readJson(TEXT);
    expect(read.ok && read.placeOf(field)).toEqual({ line, column });
  });

  it.each([
    ['', 'Expected a value, but the text ends', 1, 1],
    ['{"a": 1,}', 'Expected the name of a field in double quotes', 1, 9],
    ['{"a" 1}', 'Expected ":" after "a"', 1, 6],
    ['{\n"a": [1\n"b"]}', 'Expected "," or "]"', 3, 1],
    ['{"a": {"b": 1}', 'This "{" is not closed', 1, 1],
    ["{'a': 1}", 'Expected the name of a field in double quotes', 1, 2],
    ['{"a": 01}', 'Expected "," or "}"', 1, 8],
    ['{"a": nul}', 'Expected a value', 1, 7],
    ['{} x', 'There is something after the end', 1, 4],
    ['{"a": 1, "a": 2}', 'The field "a" is there twice', 1, 10],
  ])('says what is wrong with %s, and where', (text, message, line, column) => {
    expect(readJson(text)).toEqual({ ok: false, message, place: { line, column } });
  });

  it('gives every value that JSON can write', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const read = readJson(JSON.stringify(value, null, indent));
        expect(read.ok && read.value).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is refused wherever the browser refuses it', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      'true',
      ' ',
      '"\\u00e4"',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        // A name that is there twice is JSON, and a mistake.
        fc.pre(!/"a":.*"a":/.test(text));
        expect(readJson(text).ok).toBe(isJson);
      }),
      { numRuns: 2000 },
    );
  });
});
