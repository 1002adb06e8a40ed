import type { SpecJson } from './model';

type Item = Readonly<Record<string, unknown>>;

/** Lists for which a policy may give defaults, and the key field of their items. */
const LISTS = [
  { path: ['environmentVariables'], key: 'name' },
  { path: ['annotations'], key: 'name' },
  { path: ['labels'], key: 'name' },
  { path: ['compute', 'extendedResources'], key: 'resource' },
] as const;

/**
 * Adds the policy's default items to a spec. An item of the request with the same key wins, and one with `exclude:
 * true` drops the default; the request itself is never changed.
 */
export function mergeDefaults(spec: SpecJson, defaults: SpecJson | undefined): SpecJson {
  if (defaults === undefined) return spec;
  let merged: SpecJson = spec;
  for (const { path, key } of LISTS) {
    const standard = listAt(defaults, path);
    if (standard.length === 0) continue;
    const own = listAt(spec, path);
    const named = new Set(own.map((item) => item?.[key]));
    const added = standard.filter((item) => item !== null && !named.has(item[key]));
    merged = withList(merged, path, [...own, ...added]);
  }
  return merged;
}

function listAt(spec: SpecJson, path: readonly string[]): readonly (Item | null)[] {
  const found = path.reduce<unknown>((value, name) => (value as Item | null | undefined)?.[name], spec);
  return Array.isArray(found) ? (found as (Item | null)[]) : [];
}

function withList(spec: SpecJson, path: readonly string[], list: readonly unknown[]): SpecJson {
  const [first = '', ...rest] = path;
  if (rest.length === 0) return { ...spec, [first]: list };
  return { ...spec, [first]: withList((spec[first] ?? {}) as SpecJson, rest, list) };
}
