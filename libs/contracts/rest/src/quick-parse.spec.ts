import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { quickParse, REFUSED } from '@tessera/contracts-parsing';
import { EXAMPLES } from './examples';
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
