import type { z } from 'zod';

type Schema = z.core.$ZodType;
/** Calls back with each path below the value; paths are built only for the fields found. */
type Find = (value: unknown, report: (path: string) => void) => void;

const finders = new WeakMap<Schema, Find>();
const nothing: Find = () => undefined;

/**
 * Paths of the fields of a value that the schema does not name, such as `spec.comptue`. Searches objects that keep
 * unknown fields, also inside lists and optional values.
 */
export function unknownFields(schema: Schema, value: unknown, path: string): readonly string[] {
  const found: string[] = [];
  finderOf(schema)(value, (below) => found.push(`${path}${below}`));
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
  return (value, report) => {
    if (!Array.isArray(value)) return;
    for (let at = 0; at < value.length; at += 1) find(value[at], (below) => report(`[${at}]${below}`));
  };
}

function inObject(shape: Readonly<Record<string, Schema>>): Find {
  const fields = new Map(Object.entries(shape).map(([name, schema]) => [name, finderOf(schema)]));
  return (value, report) => {
    if (typeof value !== 'object' || value === null) return;
    for (const name of Object.keys(value)) {
      const find = fields.get(name);
      if (find === undefined) report(`.${name}`);
      else if (find !== nothing)
        find((value as Record<string, unknown>)[name], (below) => report(`.${name}${below}`));
    }
  };
}
