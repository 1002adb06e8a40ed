type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a field stands in a spec: keys, and positions in lists. */
export type Step = string | number;

/** Every field that holds a value, lists of plain values as one. */
export function leavesOf(value: unknown, at: readonly Step[] = []): readonly (readonly Step[])[] {
  if (isObject(value)) return Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...at, key]));
  if (Array.isArray(value) && value.some(isObject))
    return value.flatMap((one, index) => leavesOf(one, [...at, index]));
  return [at];
}

/** A field in words: positions do not matter. */
export const nameOf = (path: readonly Step[]): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[]` : text === '' ? step : `${text}.${step}`),
    '',
  );

/** The value without the field. */
export function without(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (step === undefined) return undefined;
  if (Array.isArray(value))
    return value.map((one, index) => (index === step ? without(one, rest) : (one as unknown)));
  const { [step]: inner, ...others } = value as Json;
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) };
}

/** Fields in which two values differ, named by the names of list items where they have one. */
export function differences(a: unknown, b: unknown, at = ''): readonly string[] {
  if (Object.is(a, b)) return [];
  if (isObject(a) && isObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], at === '' ? key : `${at}.${key}`));
  }
  if (isList(a) || isList(b)) return differences(byName(a), byName(b), `${at}[]`);
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [at];
}

const isList = (value: unknown): value is readonly Json[] => Array.isArray(value) && value.some(isObject);

/** A list as a record, so that an item that goes does not move the others. */
const byName = (list: unknown): Json =>
  Object.fromEntries(
    ((list ?? []) as readonly Json[]).map((item, index) => [
      String(item['name'] ?? item['key'] ?? index),
      item,
    ]),
  );
