import { EXAMPLES, openApiDocument } from '@tessera/contracts-rest';
import { operationsOf, type ApiDocument } from './document';
import { mutated } from './odd';
import { requests } from './requests';
import { requestOf } from './run';

const document = openApiDocument('http://localhost', '0') as unknown as ApiDocument;
const arbitrary = requests(document);
const some = (seed: number) =>
  Array.from({ length: 300 }, (_unused, number) => requestOf(arbitrary, seed, number));

describe('requests of a seed', () => {
  it('are the same every time, each by itself', () => {
    const all = some(7);
    expect(some(7)).toEqual(all);
    expect(requestOf(arbitrary, 7, 123)).toEqual(all[123]);
    expect(some(8)).not.toEqual(all);
  });

  it('reach every operation of the document, by its own verb and by others', () => {
    const many = [1, 2, 3, 4, 5].flatMap(some);
    const reached = new Set(many.filter(({ exact }) => exact).map(({ operation }) => operation.id));
    expect([...reached].sort()).toEqual(
      operationsOf(document)
        .map(({ id }) => id)
        .sort(),
    );
    expect(many.some(({ operation, method }) => method !== operation.method)).toBe(true);
  });

  it('hold what breaks servers: NUL, half characters, deep nesting, broken JSON, odd headers', () => {
    const many = [1, 2, 3, 4, 5, 6, 7, 8].flatMap(some);
    const bodies = many.map(({ body }) => String(body ?? ''));
    expect(many.some(({ path }) => path.includes('%00'))).toBe(true);
    expect(bodies.some((body) => body.includes('\\u0000'))).toBe(true);
    expect(bodies.some((body) => /\\ud[89a-f]/i.test(body))).toBe(true);
    expect(bodies.some((body) => body.startsWith('{"a":{"a":{"a":'))).toBe(true);
    expect(many.some(({ headers }) => 'idempotency-key' in headers)).toBe(true);
    expect(many.some(({ headers }) => 'authorization' in headers)).toBe(true);
  });
});

describe('a mutation', () => {
  it('changes one place and leaves what it was given alone', () => {
    const given = structuredClone(EXAMPLES.inference);
    const changed = mutated(given, { place: 0, kind: 'replace', value: -1 });
    expect(changed).toEqual({ ...EXAMPLES.inference, name: -1 });
    expect(given).toEqual(EXAMPLES.inference);
  });
});
