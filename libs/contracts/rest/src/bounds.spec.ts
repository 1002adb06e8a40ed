import { openApiDocument } from './openapi';

type Json = Readonly<Record<string, unknown>>;
interface SchemaLocation {
  readonly at: string;
  readonly schema: Json;
}

const DOCUMENT = openApiDocument('http://localhost', 'test');
const COMPONENTS = (DOCUMENT['components'] as { readonly schemas: Readonly<Record<string, Json>> }).schemas;

/** Formats that say how long a text is. */
const SHORT_FORMATS = ['uuid', 'date-time'];

/** Every schema that a request can be held against, with where it stands. */
function requestSchemas(): readonly SchemaLocation[] {
  const found: SchemaLocation[] = [];
  const paths = DOCUMENT['paths'] as Readonly<Record<string, Readonly<Record<string, Json>>>>;
  for (const [path, item] of Object.entries(paths))
    for (const [method, operation] of Object.entries(item)) {
      const { parameters, requestBody } = operation as {
        readonly parameters: readonly { readonly name: string; readonly schema: Json }[];
        readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
      };
      for (const { name, schema } of parameters) collect(schema, `${method} ${path} ?${name}`, [], found);
      for (const { schema } of Object.values(requestBody?.content ?? {}))
        collect(schema, `${method} ${path}`, [], found);
    }
  return found;
}

function collect(schema: unknown, at: string, above: readonly string[], found: SchemaLocation[]): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { $ref, properties, items, anyOf, allOf, oneOf } = schema as Json;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    if (!above.includes(name)) collect(COMPONENTS[name], at, [...above, name], found);
    return;
  }
  found.push({ at, schema: schema as Json });
  for (const [name, field] of Object.entries((properties ?? {}) as Json))
    collect(field, `${at} .${name}`, above, found);
  collect(items, `${at}[]`, above, found);
  for (const one of [anyOf, allOf, oneOf].flat()) collect(one, at, above, found);
}

const isOfType = ({ schema }: SchemaLocation, type: string): boolean =>
  [schema['type']].flat().includes(type);

describe('the OpenAPI document', () => {
  const places = requestSchemas();
  const texts = places.filter((place) => isOfType(place, 'string'));
  const lists = places.filter((place) => isOfType(place, 'array'));

  it('shows the texts and lists of requests', () => {
    expect(texts.length).toBeGreaterThan(200);
    expect(lists.length).toBeGreaterThan(60);
  });

  it('has a maximum length for every text of a request', () => {
    const open = texts.filter(
      ({ schema }) =>
        typeof schema['maxLength'] !== 'number' &&
        schema['enum'] === undefined &&
        schema['const'] === undefined &&
        !SHORT_FORMATS.includes(String(schema['format'])),
    );
    expect(open.map(({ at }) => at)).toEqual([]);
  });

  it('has a maximum number of items for every list of a request', () => {
    const open = lists.filter(({ schema }) => typeof schema['maxItems'] !== 'number');
    expect(open.map(({ at }) => at)).toEqual([]);
  });

  it('has bounds for every number of a request', () => {
    const numbers = places.filter((place) => isOfType(place, 'integer'));
    const open = numbers.filter(
      ({ schema }) => typeof schema['maximum'] !== 'number' || typeof schema['minimum'] !== 'number',
    );
    expect(numbers.length).toBeGreaterThan(20);
    expect(open.map(({ at }) => at)).toEqual([]);
  });
});
