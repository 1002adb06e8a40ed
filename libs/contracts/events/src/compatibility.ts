type Schema = Readonly<Record<string, unknown>>;

/**
 * Changes in the newer schemas that would break a reader of the older ones, by path; empty where the newer ones may be
 * released within the same major version. Fields, types and values may be added; none may be removed, become optional
 * or change.
 */
export function breakingChanges(
  older: Readonly<Record<string, Schema>>,
  newer: Readonly<Record<string, Schema>>,
): readonly string[] {
  return Object.entries(older).flatMap(([name, schema]) => {
    const found = newer[name];
    return found === undefined ? [`${name} is gone`] : changesOf(schema, found, name);
  });
}

function changesOf(older: Schema, newer: Schema, path: string): readonly string[] {
  return [
    ...typeChanges(older, newer, path),
    ...valueChanges(older, newer, path),
    ...propertyChanges(older, newer, path),
    ...(isSchema(older['items']) ? changesOf(older['items'], asSchema(newer['items']), `${path}[]`) : []),
    ...(isSchema(older['additionalProperties'])
      ? changesOf(older['additionalProperties'], asSchema(newer['additionalProperties']), `${path}{}`)
      : []),
  ];
}

/** A reader of one type must get no other type; a reader of several types may get fewer. */
function typeChanges(older: Schema, newer: Schema, path: string): readonly string[] {
  const [before, after] = [typesOf(older), typesOf(newer)];
  const strange = after.filter((type) => !before.includes(type));
  if (before.length === 0 || (after.length > 0 && strange.length === 0)) return [];
  return [`${path} was ${before.join(' or ')} and is ${after.join(' or ') || 'anything'}`];
}

/** A value that is no longer sent breaks readers that look for it; a new value does not. */
function valueChanges(older: Schema, newer: Schema, path: string): readonly string[] {
  const [before, after] = [valuesOf(older), valuesOf(newer)];
  return before
    .filter((value) => after.length > 0 && !after.includes(value))
    .map((value) => `${path} is never ${JSON.stringify(value)} any more`);
}

function propertyChanges(older: Schema, newer: Schema, path: string): readonly string[] {
  const [before, after] = [asSchema(older['properties']), asSchema(newer['properties'])];
  const promised = (schema: Schema): readonly unknown[] => (schema['required'] ?? []) as readonly unknown[];
  return Object.entries(before).flatMap(([name, schema]) => {
    const at = `${path}.${name}`;
    const found = after[name];
    if (!isSchema(found)) return [`${at} is gone`];
    const optional = promised(older).includes(name) && !promised(newer).includes(name);
    return [...(optional ? [`${at} may be absent now`] : []), ...changesOf(asSchema(schema), found, at)];
  });
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asSchema = (value: unknown): Schema => (isSchema(value) ? value : {});
const typesOf = ({ type }: Schema): readonly string[] =>
  type === undefined ? [] : ([type].flat() as unknown as readonly string[]);
const valuesOf = (schema: Schema): readonly unknown[] =>
  'const' in schema ? [schema['const']] : ((schema['enum'] ?? []) as readonly unknown[]);
