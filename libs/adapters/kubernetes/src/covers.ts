/**
 * True where everything that is wanted is found as it is wanted; what else is found does not matter, as servers fill in
 * defaults and others add labels. Lists have to be of the same length. The names of kind and version do not count.
 */
export function covers(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((item, index) => covers(found[index], item))
    );
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(
    ([key, value]) =>
      value === undefined ||
      key === 'apiVersion' ||
      key === 'kind' ||
      covers((found as Readonly<Record<string, unknown>>)[key], value),
  );
}
