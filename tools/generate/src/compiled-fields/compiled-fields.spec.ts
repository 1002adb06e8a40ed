import { openApiDocument } from '@tessera/contracts-rest';
import { ELSEWHERE } from './elsewhere';
import { FULL_SPEC } from './full-spec';
import { differences, leavesOf, nameOf, without } from './paths';
import { homes } from './table';

type Json = Readonly<Record<string, unknown>>;
const document = openApiDocument('http://localhost', '0') as {
  components: { schemas: Record<string, Json> };
};

/** Fields of a schema that hold a value, in the words of the page. */
function fieldsOf(schema: Json, at = ''): readonly string[] {
  const node = typeof schema['$ref'] === 'string' ? referred(schema['$ref']) : schema;
  const [first] = ((node['anyOf'] ?? []) as readonly Json[]).filter(({ type }) => type !== 'null');
  if (first !== undefined) return fieldsOf(first, at);
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, Json>);
  if (properties.length > 0)
    return properties.flatMap(([name, one]) => fieldsOf(one, at === '' ? name : `${at}.${name}`));
  const items = node['items'] as Json | undefined;
  const inner = items === undefined ? [] : fieldsOf(items, `${at}[]`);
  return inner.some((name) => name !== `${at}[]`) ? inner : [at];
}
const referred = (reference: string): Json =>
  document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {};

const request = document.components.schemas['InferenceCreationRequest'] ?? {};
const spec = ((request['properties'] as Record<string, Json>)['spec'] ?? {}) as Json;

describe('the page of what a field becomes', () => {
  const rows = homes();

  it('has a row for every field of a create request', () => {
    const shown = rows.map(({ field }) => field);
    const asked = fieldsOf(spec);
    expect(asked.length).toBeGreaterThan(120);
    expect(asked.filter((field) => !shown.includes(field))).toEqual([]);
  });

  it('knows a home for each of them', () => {
    expect(rows.filter(({ objects, elsewhere }) => objects.length === 0 && elsewhere === undefined)).toEqual(
      [],
    );
  });

  it('has no row for a field that the schema does not have', () => {
    const asked = fieldsOf(spec);
    expect(rows.map(({ field }) => field).filter((field) => !asked.includes(field))).toEqual([]);
  });

  it('explains no field that there is not', () => {
    const shown = rows.map(({ field }) => field);
    expect(Object.keys(ELSEWHERE).filter((field) => !shown.includes(field))).toEqual([]);
  });
});

describe('finding where a field lands', () => {
  it('takes one field out at a time', () => {
    const paths = leavesOf({ a: 1, b: [{ c: 2 }, { c: 3, d: ['x'] }] });
    expect(paths.map(nameOf)).toEqual(['a', 'b[].c', 'b[].c', 'b[].d']);
    expect(without({ a: 1, b: [{ c: 2 }, { c: 3 }] }, ['b', 1, 'c'])).toEqual({ a: 1, b: [{ c: 2 }, {}] });
  });

  it('names what changed, entries of lists by their names', () => {
    const before = {
      a: 1,
      l: [
        { name: 'x', v: 1 },
        { name: 'y', v: 1 },
      ],
    };
    expect(differences(before, { a: 2, l: [{ name: 'y', v: 2 }] })).toEqual(['a', 'l[].x', 'l[].y.v']);
    expect(differences(before, before)).toEqual([]);
  });

  it('starts from a spec that leaves nothing out', () => {
    expect(leavesOf(FULL_SPEC).length).toBeGreaterThan(150);
  });
});
