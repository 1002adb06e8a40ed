import type { z } from 'zod';

/** Result of a quick parser for a value that it does not accept. */
export const REFUSED = Symbol('refused');
export type Parse = (value: unknown) => unknown;

type Def = z.core.$ZodTypes['_zod']['def'];
type Check = z.core.$ZodChecks['_zod']['def'];

/** Formats that are nothing but their pattern; others, such as URLs, are parsed as well. */
const PATTERNS: ReadonlySet<string> = new Set(['regex', 'guid', 'uuid', 'datetime']);
const INT32 = { least: -(2 ** 31), most: 2 ** 31 - 1 };
const SAFE = { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER };

/** Parser of a schema without parts; undefined for a kind or check that only the schema itself can parse. */
export function quickValue(def: Def): Parse | undefined {
  if ('coerce' in def && def.coerce === true) return undefined;
  switch (def.type) {
    case 'boolean':
      return def.checks?.length ? undefined : isBoolean;
    case 'unknown':
      return def.checks?.length ? undefined : (value) => value;
    case 'enum':
      return def.checks?.length ? undefined : oneOf(Object.entries(def.entries));
    case 'string':
      return textOf(checksOf(def));
    case 'number':
      return numberOf(checksOf(def));
    default:
      return undefined;
  }
}

/** Bounds of the length of a text or list, or of a number. */
export interface Size {
  readonly least: number;
  readonly most: number;
}

/** The bounds from checks of length; undefined where there is a check of another kind. */
export function sizeOf(checks: readonly z.core.$ZodCheck<never>[]): Size | undefined {
  let size: Size | undefined = { least: 0, most: Number.POSITIVE_INFINITY };
  for (const check of checks) size = size && sizeAfter(size, check._zod.def as Check);
  return size;
}

function sizeAfter(size: Size, def: Check): Size | undefined {
  if (def.check === 'max_length') return { ...size, most: Math.min(size.most, def.maximum) };
  if (def.check === 'min_length') return { ...size, least: Math.max(size.least, def.minimum) };
  return undefined;
}

/** A format is a check that stands in the definition itself. */
const checksOf = (def: Def): readonly Check[] => [
  ...('check' in def ? [def as unknown as Check] : []),
  ...(def.checks ?? []).map((check) => check._zod.def as Check),
];

const isBoolean: Parse = (value) => (typeof value === 'boolean' ? value : REFUSED);

/** An enum of numbers also lists its names, which are no values: left to the schema. */
function oneOf(entries: readonly (readonly [string, string | number])[]): Parse | undefined {
  if (entries.some(([, value]) => typeof value === 'number')) return undefined;
  const values: ReadonlySet<unknown> = new Set(entries.map(([, value]) => value));
  return (value) => (values.has(value) ? value : REFUSED);
}

function textOf(checks: readonly Check[]): Parse | undefined {
  let size: Size = { least: 0, most: Number.POSITIVE_INFINITY };
  const patterns: RegExp[] = [];
  for (const def of checks) {
    const pattern = patternOf(def);
    if (pattern !== undefined) patterns.push(pattern);
    const next = pattern === undefined ? sizeAfter(size, def) : size;
    if (next === undefined) return undefined;
    size = next;
  }
  return (value) =>
    typeof value === 'string' &&
    value.length >= size.least &&
    value.length <= size.most &&
    patterns.every((pattern) => pattern.test(value))
      ? value
      : REFUSED;
}

function patternOf(def: Check): RegExp | undefined {
  if (def.check !== 'string_format' || !PATTERNS.has(def.format)) return undefined;
  const { pattern } = def as { readonly pattern?: RegExp };
  // A global or sticky pattern remembers where its last match ended.
  return pattern === undefined || pattern.global || pattern.sticky ? undefined : pattern;
}

function numberOf(checks: readonly Check[]): Parse | undefined {
  let size: Size = { least: -Number.MAX_VALUE, most: Number.MAX_VALUE };
  let whole = false;
  for (const def of checks) {
    const bounds = boundsOf(def);
    if (bounds === undefined) return undefined;
    whole ||= def.check === 'number_format';
    size = { least: Math.max(size.least, bounds.least), most: Math.min(size.most, bounds.most) };
  }
  return (value) =>
    typeof value === 'number' &&
    value >= size.least &&
    value <= size.most &&
    (!whole || Number.isInteger(value))
      ? value
      : REFUSED;
}

function boundsOf(def: Check): Size | undefined {
  const open = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
  if (def.check === 'number_format')
    return def.format === 'int32' ? INT32 : def.format === 'safeint' ? SAFE : undefined;
  if (def.check === 'greater_than' && def.inclusive && typeof def.value === 'number')
    return { ...open, least: def.value };
  if (def.check === 'less_than' && def.inclusive && typeof def.value === 'number')
    return { ...open, most: def.value };
  return undefined;
}
