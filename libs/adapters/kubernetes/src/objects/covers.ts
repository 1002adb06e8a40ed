/**
 * True if `found` contains everything in `wanted` with equal values. Extra fields are ignored, because servers fill in
 * defaults and others add labels. Lists must have the same length. Kind and version are not compared.
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
