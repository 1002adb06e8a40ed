import { z } from 'zod';
import { quickParse } from './quick-parse';
import { REFUSED } from './quick-value';

describe('quickParse', () => {
  it.each([
    ['an object that drops unknown fields', z.object({ a: z.string().optional() }), { a: 'x', b: 1 }],
    ['a default', z.looseObject({ a: z.string().default('x') }), {}],
    ['an optional default', z.looseObject({ a: z.string().default('x').optional() }), {}],
    ['a limit on a list', z.array(z.string()).max(1), ['a', 'b']],
    ['a list within its limits', z.array(z.string()).min(1).max(2), ['a', 'b']],
    ['a list that is too short', z.array(z.string()).min(1).max(2), []],
    ['a limit on a text', z.string().max(1), 'ab'],
    ['a text within its limits', z.string().min(1).max(2), 'ab'],
    ['a text that is too short', z.string().min(1).max(2), ''],
    ['a pattern beside a limit', z.string().max(2).regex(/a/), 'b'],
    ['a pattern that matches', z.string().max(2).regex(/a/), 'ab'],
    ['a pattern that remembers', z.string().regex(/a/g), 'a'],
    ['a trimmed text', z.string().trim().max(2), ' ab '],
    ['a UUID', z.uuid(), 'd4c3b2a1-0000-4000-8000-000000000001'],
    ['no UUID', z.uuid(), 'd4c3b2a1'],
    ['a UUID of any version', z.guid(), 'd4c3b2a1-0000-0000-0000-000000000001'],
    ['a time', z.iso.datetime(), '2026-01-02T03:04:05Z'],
    ['a time with an offset that is not allowed', z.iso.datetime(), '2026-01-02T03:04:05+01:00'],
    ['an address', z.url(), 'https://example.org'],
    ['no address', z.url(), 'example'],
    ['a value of an enum', z.enum(['a', 'b']), 'a'],
    ['no value of an enum', z.enum(['a', 'b']), 'c'],
    ['a number of an enum', z.enum({ One: 1, Two: 2 }), 1],
    ['a name of an enum', z.enum({ One: 1, Two: 2 }), 'One'],
    ['a number', z.number(), 1.5],
    ['infinity', z.number(), Infinity],
    ['no number', z.number(), NaN],
    ['a 32-bit integer', z.int32().min(1).max(65_535), 65_535],
    ['a 32-bit integer that is too large', z.int32(), 2 ** 31],
    ['a 32-bit integer below its bound', z.int32().min(1), 0],
    ['a fraction for an integer', z.int(), 1.5],
    ['an integer beyond the safe ones', z.number().int(), 2 ** 53],
    ['a number at an open bound', z.number().gt(1), 1],
    ['a multiple', z.number().multipleOf(2), 3],
    ['a number read from text', z.coerce.number(), '1'],
    ['anything', z.looseObject({ a: z.unknown() }), {}],
    ['a record', z.record(z.string(), z.unknown()), { a: 1 }],
    ['a record of numbers', z.record(z.string(), z.number()), { a: 'x' }],
    ['a list for a record', z.record(z.string(), z.unknown()), []],
    ['a date for a record', z.record(z.string(), z.unknown()), new Date(0)],
    ['a record with a prototype', z.record(z.string(), z.unknown()), JSON.parse('{"__proto__":0,"b":1}')],
    ['a strict object', z.strictObject({ a: z.string() }), { a: 'x', b: 1 }],
    ['an object with a missing field', z.object({ a: z.string() }), {}],
    ['an object with an undefined field', z.object({ a: z.string().optional() }), { a: undefined }],
    ['an object with a prototype', z.object({ b: z.number() }), JSON.parse('{"__proto__":{"b":1}}')],
    ['an object with a prototype of its own', z.object({ b: z.number() }), Object.create({ b: 1 })],
    ['a rule on an object', z.looseObject({ a: z.number() }).refine(({ a }) => a > 1), { a: 1 }],
    ['a transformed item', z.array(z.number().transform(String)), [1, 2]],
    ['a missing field', z.looseObject({ a: z.string() }), {}],
    ['a list for an object', z.looseObject({}), []],
    [
      'a field that is no field',
      z.looseObject({ a: z.looseObject({}) }),
      JSON.parse('{"a":{"__proto__":0,"b":1}}'),
    ],
  ])('agrees with the schema on %s', (_what, schema, value) => {
    const expected = schema.safeParse(value);
    expect(quickParse(schema, value)).toEqual(expected.success ? expected.data : REFUSED);
  });

  it('changes nothing in what it was given', () => {
    const value = { list: [{ quantity: 1 }] };
    const schema = z.looseObject({
      list: z.array(z.looseObject({ quantity: z.number().transform(String) })),
    });
    expect(quickParse(schema, value)).toEqual({ list: [{ quantity: '1' }] });
    expect(value).toEqual({ list: [{ quantity: 1 }] });
  });
});
