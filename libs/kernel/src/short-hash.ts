/** FNV-1a (32 bit) in base 36, at most 7 characters (Fowler, Noll, Vo; draft-eastlake-fnv). */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
