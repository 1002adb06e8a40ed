import type { z } from 'zod';

/** Result of {@link quickParse} for a value that it does not accept. */
export const REFUSED = Symbol('refused');
type Parse = (value: unknown) => unknown;
type Schema = z.core.$ZodType;

const parsers = new WeakMap<Schema, Parse>();

/**
 * Parses like `schema.parse`, several times as fast for large bodies whose fields are mostly optional. Gives
 * {@link REFUSED} where the value does not match; the schema itself then provides the messages. Anything but objects,
 * lists and optional values is parsed by the schema. Objects in which nothing changes are returned without a copy.
 */
export const quickParse = (schema: Schema, value: unknown): unknown => parserOf(schema)(value);

function parserOf(schema: Schema): Parse {
  const known = parsers.get(schema);
  if (known !== undefined) return known;
  const made = parserFor(schema as z.core.$ZodTypes);
  parsers.set(schema, made);
  return made;
}

/** A schema with checks other than those of length is parsed by the schema itself. */
function parserFor(schema: z.core.$ZodTypes): Parse {
  const { def } = schema._zod;
  const size = sizeOf(def.checks ?? []);
  if (size === undefined) return leaf(schema);
  switch (def.type) {
    case 'optional':
      if (schema._zod.optin !== 'optional') return leaf(schema);
      return unless(undefined, parserOf(def.innerType));
    case 'nullable':
      return unless(null, parserOf(def.innerType));
    case 'array':
      return list(parserOf(def.element), size);
    case 'object':
      if (def.checks?.length) return leaf(schema);
      return def.catchall?._zod.def.type === 'unknown' ? looseObject(def.shape, leaf(schema)) : leaf(schema);
    case 'string':
      return 'format' in def ? leaf(schema) : textOf(size);
    case 'boolean':
      return isBoolean;
    default:
      return leaf(schema);
  }
}

/** Bounds of the length of a text or list. */
export interface Size {
  readonly least: number;
  readonly most: number;
}

/** The bounds from checks of length; undefined where there is a check of another kind. */
export function sizeOf(checks: readonly z.core.$ZodCheck<never>[]): Size | undefined {
  let size = { least: 0, most: Number.POSITIVE_INFINITY };
  for (const check of checks) {
    const { def } = check._zod as z.core.$ZodChecks['_zod'];
    if (def.check === 'max_length') size = { ...size, most: Math.min(size.most, def.maximum) };
    else if (def.check === 'min_length') size = { ...size, least: Math.max(size.least, def.minimum) };
    else return undefined;
  }
  return size;
}

const isBoolean: Parse = (value) => (typeof value === 'boolean' ? value : REFUSED);

const textOf =
  ({ least, most }: Size): Parse =>
  (value) =>
    typeof value === 'string' && value.length >= least && value.length <= most ? value : REFUSED;

const unless =
  (empty: null | undefined, parse: Parse): Parse =>
  (value) =>
    value === empty ? value : parse(value);

/** Parses by the schema itself. An asynchronous result counts as refused, so that the caller uses the schema. */
const leaf =
  (schema: Schema): Parse =>
  (value) => {
    const result = schema._zod.run({ value, issues: [] }, { async: false });
    return result instanceof Promise || result.issues.length > 0 ? REFUSED : result.value;
  };

const list =
  (parse: Parse, { least, most }: Size): Parse =>
  (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) return REFUSED;
    const given = value as readonly unknown[];
    let parsed: unknown[] | undefined;
    for (let at = 0; at < given.length; at += 1) {
      const item = parse(given[at]);
      if (item === REFUSED) return REFUSED;
      if (item === given[at]) continue;
      parsed ??= [...given];
      parsed[at] = item;
    }
    return parsed ?? given;
  };

/** `slowly` parses objects with `__proto__`, the one key that a copy of an object cannot keep. */
function looseObject(shape: Readonly<Record<string, Schema>>, slowly: Parse): Parse {
  const fields = Object.entries(shape).map(([name, schema]) => ({ name, parse: parserOf(schema) }));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return REFUSED;
    if (Object.hasOwn(value, '__proto__')) return slowly(value);
    const given = value as Readonly<Record<string, unknown>>;
    let parsed: Record<string, unknown> | undefined;
    for (const { name, parse } of fields) {
      const field = parse(given[name]);
      if (field === REFUSED) return REFUSED;
      if (field === given[name]) continue;
      parsed ??= { ...given };
      parsed[name] = field;
    }
    return parsed ?? given;
  };
}
