import type { z } from 'zod';

type Schema = z.core.$ZodType;
type Find = (value: unknown, path: string, found: string[]) => void;

const finders = new WeakMap<Schema, Find>();
const nothing: Find = () => undefined;

/**
 * Paths of the fields that a value of the schema has and the schema does not name, such as `spec.comptue`. Only objects
 * that keep unknown fields are looked into, through lists and what is optional.
 */
export function unknownFields(schema: Schema, value: unknown, path: string): readonly string[] {
  const found: string[] = [];
  finderOf(schema)(value, path, found);
  return found;
}

function finderOf(schema: Schema): Find {
  const known = finders.get(schema);
  if (known !== undefined) return known;
  const made = finderFor(schema as z.core.$ZodTypes);
  finders.set(schema, made);
  return made;
}

function finderFor({ _zod: { def } }: z.core.$ZodTypes): Find {
  switch (def.type) {
    case 'optional':
    case 'nullable':
      return finderOf(def.innerType);
    case 'array':
      return inList(finderOf(def.element));
    case 'object':
      return def.catchall === undefined ? nothing : inObject(def.shape);
    default:
      return nothing;
  }
}

function inList(find: Find): Find {
  if (find === nothing) return nothing;
  return (value, path, found) => {
    if (Array.isArray(value)) value.forEach((item, index) => find(item, `${path}[${index}]`, found));
  };
}

function inObject(shape: Readonly<Record<string, Schema>>): Find {
  const fields = new Map(Object.entries(shape).map(([name, schema]) => [name, finderOf(schema)]));
  return (value, path, found) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, item] of Object.entries(value)) {
      const find = fields.get(name);
      if (find === undefined) found.push(`${path}.${name}`);
      else if (find !== nothing && item !== null) find(item, `${path}.${name}`, found);
    }
  };
}
