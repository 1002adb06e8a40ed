import fc from 'fast-check';
import { EXAMPLES } from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { keepableJson } from './testing/keepable-json';
import { sampleRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
const RUNS = 100;
const LIMIT_MS = 60_000;

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

/** The same JSON with some of its fields dropped, set to null or joined by unknown fields. */
function varied(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) return fc.subarray(value).chain((kept) => fc.tuple(...kept.map(varied)));
  if (typeof value !== 'object' || value === null) return fc.constant(value);
  const fields = Object.entries(value).map(([name, item]) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof(
        { weight: 60, arbitrary: varied(item) },
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    ),
  );
  const unknown = fc.array(fc.tuple(fc.stringMatching(/^x-[a-z]{1,8}$/), keepableJson), { maxLength: 1 });
  return fc
    .tuple(fc.tuple(...fields), unknown)
    .map(([known, more]) => Object.fromEntries([...known, ...more].filter(([, item]) => item !== undefined)));
}

/** The changes that the API documents: quantities of extended resources become strings. */
function asAnswered(spec: Json): Json {
  const resources: unknown = spec?.compute?.extendedResources;
  if (!Array.isArray(resources)) return spec;
  const extendedResources = resources.map((item: Json) =>
    typeof item?.quantity === 'number' ? { ...item, quantity: String(item.quantity) } : item,
  );
  return { ...spec, compute: { ...spec.compute, extendedResources } };
}

describe.each([
  ['the sample of the reference', sampleRequest().spec as object],
  ['the example of our document', EXAMPLES.inference.spec],
])('a variation of %s', (_what, base) => {
  it(
    'is returned unchanged by create, read and the command when it is accepted',
    async () => {
      let accepted = 0;
      const { projectId, clusterId } = EXAMPLES.inference;
      await fc.assert(
        fc.asyncProperty(varied(base), async (spec) => {
          const body = { name: 'any', useGivenNameAsPrefix: true, projectId, clusterId, spec };
          const created = await t.call('POST', INFERENCES, { body });
          expect([200, 400]).toContain(created.status);
          if (created.status === 400) return;
          accepted += 1;
          expect(created.body.spec).toEqual(asAnswered(spec));
          const path = `${INFERENCES}/${created.body.workloadId}`;
          expect((await t.call('GET', path)).body).toEqual(created.body);
          const [command]: Json[] = await t.dataSource.query(
            `select value from api.outbox where key = $1 and headers ->> 'ce_type' like '%apply%'`,
            [created.body.workloadId],
          );
          expect(JSON.parse(command.value).spec).toEqual(created.body.spec);
        }),
        { numRuns: RUNS },
      );
      expect(accepted).toBeGreaterThan(RUNS / 10);
    },
    LIMIT_MS,
  );
});
