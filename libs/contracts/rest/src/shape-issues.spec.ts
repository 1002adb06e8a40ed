import fc from 'fast-check';
import type { z } from 'zod';
import { EXAMPLES } from './examples';
import { ITEMS } from './schemas/bounds';
import { shapeIssues } from './shape-issues';
import { ROUTES } from './table';

const BODY = ROUTES.create_inference1.body;
const reported = (issues: readonly z.core.$ZodIssue[]) =>
  issues.map(({ path, code, input }) => ({ path, code, input }));
const ofSchema = (body: unknown) => reported(BODY.safeParse(body, { reportInput: true }).error?.issues ?? []);

describe('shapeIssues', () => {
  it('reports what the schema reports, for any value of a field', () => {
    let wrong = 0;
    const fields = Object.keys(BODY.shape.spec.unwrap().unwrap().shape);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 })), (spec) => {
        const body = { ...EXAMPLES.inference, spec };
        const expected = ofSchema(body);
        wrong += expected.length > 0 ? 1 : 0;
        expect(reported(shapeIssues(BODY, body, 1000))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
    expect(wrong).toBeGreaterThan(100);
  });

  it('reports nothing for a valid value', () => {
    expect(shapeIssues(BODY, EXAMPLES.inference, 100)).toEqual([]);
  });

  it('stops after as many as are asked for', () => {
    const environmentVariables = Array.from({ length: ITEMS.variables }, () => ({ name: 1, value: 2 }));
    const body = { ...EXAMPLES.inference, spec: { environmentVariables } };
    expect(shapeIssues(BODY, body, 5)).toHaveLength(5);
    expect(ofSchema(body)).toHaveLength(2 * ITEMS.variables);
  });

  it('reports a list that is too long, and none of its items', () => {
    const ports = Array.from({ length: 20_000 }, () => ({ container: 'x' }));
    const body = { ...EXAMPLES.inference, spec: { ports } };
    expect(reported(shapeIssues(BODY, body, 100))).toEqual([
      { path: ['spec', 'ports'], code: 'too_big', input: ports },
    ]);
  });
});
