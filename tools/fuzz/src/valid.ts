import fc from 'fast-check';
import { resolved, type ApiDocument, type Schema } from './document';
import { placeholder, SLOTS } from './corpus';

/** Texts that satisfy rules which a schema cannot say, by the name of the field. */
const KNOWN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: fc.stringMatching(/^[a-z][a-z0-9-]{3,12}[a-z0-9]$/),
  gpuRequestType: fc.constant('portion'),
  gpuPortionRequest: fc.constantFrom(0.1, 0.5, 1),
  gpuDevicesRequest: fc.constantFrom(0, 1, 2),
  parentId: fc.constant(placeholder('departmentId')),
  grantType: fc.constantFrom('app_token', 'client_credentials'),
  grant_type: fc.constant('client_credentials'),
  roleId: fc.constantFrom(1, 9),
  subjectId: fc.constant(placeholder('appId')),
  subjectType: fc.constant('app'),
  scopeType: fc.constant('project'),
  scopeId: fc.constant(placeholder('projectId')),
  requestedNamespace: fc.stringMatching(/^[a-z][a-z0-9-]{3,12}[a-z0-9]$/),
};
/** Deeper than this, what may be left out is left out. */
const MAX_DEPTH = 7;

/** Values that satisfy a schema of the document. */
export function validValue(document: ApiDocument, given: Schema, depth = 0): fc.Arbitrary<unknown> {
  const schema = resolved(document, given);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined && options.length > 0)
    return fc.oneof(...options.map((option) => validValue(document, option, depth)));
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return fc.constantFrom<unknown[]>('text', 1, null, {});
  const arbitraries = types.map((type) => ofType(document, { ...schema, type }, type, depth));
  return arbitraries.length === 1 ? (arbitraries[0] as fc.Arbitrary<unknown>) : mostly(arbitraries);
}

/** Null is one of several types nearly everywhere, and says little. */
const mostly = (arbitraries: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
  fc.oneof(...arbitraries.map((arbitrary, index) => ({ weight: index === 0 ? 8 : 1, arbitrary })));

function ofType(document: ApiDocument, schema: Schema, type: string, depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: bound(schema.minimum, -1000), max: bound(schema.maximum, 1000) });
    case 'number':
      return fc
        .integer({ min: bound(schema.minimum, 0), max: bound(schema.maximum, 100) })
        .map((value) => value / (schema.minimum === undefined ? 2 : 1));
    case 'string':
      return textOf(schema);
    case 'array':
      return depth > MAX_DEPTH
        ? fc.constant([])
        : fc.array(validValue(document, schema.items ?? {}, depth + 1), { maxLength: 3 });
    default:
      return objectOf(document, schema, depth);
  }
}

/** Within int32 on both sides; bounds of the schema that lie further out are those of the type. */
const bound = (given: number | undefined, standard: number): number =>
  given === undefined || Math.abs(given) > 2 ** 31 ? standard : given;

function textOf({ format, pattern, minLength = 0, maxLength = 30, example }: Schema): fc.Arbitrary<unknown> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return fc.constantFrom('2024-01-01T00:00:00Z', '2026-01-01T00:00:00.000+02:00');
  if (format === 'email') return fc.stringMatching(/^[a-z]{3,9}@[a-z]{3,9}\.com$/);
  const made =
    pattern === undefined
      ? fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 30) })
      : fc.stringMatching(new RegExp(pattern));
  return typeof example === 'string' ? fc.oneof(fc.constant(example), made) : made;
}

function objectOf(document: ApiDocument, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const required = new Set(schema.required ?? []);
  const named = Object.entries(schema.properties ?? {}).filter(
    ([name]) => required.has(name) || depth <= MAX_DEPTH,
  );
  const model = Object.fromEntries(
    named.map(([name, property]) => [name, fieldOf(document, name, property, depth + 1)]),
  );
  return fc
    .record(model, { requiredKeys: named.map(([name]) => name).filter((name) => required.has(name)) })
    .map((value) => ({ ...value }));
}

function fieldOf(document: ApiDocument, name: string, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const made = validValue(document, schema, depth);
  if (SLOTS.includes(name))
    return fc.oneof({ weight: 9, arbitrary: fc.constant(placeholder(name)) }, { weight: 1, arbitrary: made });
  const known = KNOWN[name];
  return known === undefined
    ? made
    : fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: made });
}
