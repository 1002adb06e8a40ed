import { isObject, type Body } from './body';

/** One field that differs: its path, and both values; undefined where there is none. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The JSON merge patch (RFC 7396) that makes the second value of the first: only what differs, null for what is gone,
 * lists as a whole.
 */
export function patchOf(before: unknown, after: unknown): Body {
  const [old, wanted] = [objectOf(before), objectOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const [from, to] = [old[name], wanted[name]];
      if (isSame(from, to)) return [];
      if (to === undefined || to === null) return [[name, null]];
      return [[name, isObject(to) ? patchOf(isObject(from) ? from : {}, to) : to]];
    }),
  );
}

/** Every field that differs, by its path: down to texts, numbers and lists. */
export function differencesOf(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (isSame(before, after)) return [];
  const isNested = isObject(before) || isObject(after);
  if (!isNested || (before !== undefined && !isObject(before)) || (after !== undefined && !isObject(after)))
    return [{ path, before, after }];
  const [old, wanted] = [objectOf(before), objectOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(wanted)])].flatMap((name) =>
    differencesOf(old[name], wanted[name], path === '' ? name : `${path}.${name}`),
  );
}

const objectOf = (value: unknown): Body => (isObject(value) ? value : {});

/** Same content, whatever the order of fields; null counts as nothing. */
function isSame(one: unknown, other: unknown): boolean {
  if ((one ?? undefined) === (other ?? undefined)) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  if (!isObject(one) || !isObject(other)) return false;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) =>
    isSame(one[name], other[name]),
  );
}
