import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { EXAMPLES } from './examples';
import { quickParse, REFUSED } from './quick-parse';
import { ROUTES } from './table';

const SAMPLE: unknown = JSON.parse(
  readFileSync(join(__dirname, '../fixtures/create-inference.request.json'), 'utf8'),
);
const BODY = ROUTES.create_inference1.body;
const RUNS = 2_000;

/** The same JSON with values replaced here and there, by what fits and by what does not. */
function disturbed(value: unknown): fc.Arbitrary<unknown> {
  const odd = fc.oneof(
    fc.constantFrom(undefined, null, '', 'text', -1, 0, 1.5, 2 ** 40, true, [], {}, [null], [[]], {
      name: 1,
    }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const kept = Array.isArray(value)
    ? fc.tuple(...value.map(disturbed))
    : typeof value === 'object' && value !== null
      ? fc
          .tuple(...Object.entries(value).map(([name, item]) => disturbed(item).map((one) => [name, one])))
          .map((entries) => Object.fromEntries(entries) as unknown)
      : fc.constant(value);
  return fc.oneof({ weight: 200, arbitrary: kept }, { weight: 1, arbitrary: odd });
}

describe.each([
  ['the sample of the reference', SAMPLE],
  ['the example of the document', EXAMPLES.inference],
])('quickParse of %s, with some of it replaced', (_what, base) => {
  it('accepts what the schema accepts and gives the same', () => {
    let accepted = 0;
    fc.assert(
      fc.property(disturbed(base), (body) => {
        const expected = BODY.safeParse(body);
        expect(quickParse(BODY, body)).toEqual(expected.success ? expected.data : REFUSED);
        accepted += expected.success ? 1 : 0;
      }),
      { numRuns: RUNS },
    );
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(RUNS);
  });
});

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
