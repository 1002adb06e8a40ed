/**
 * Name of a replica's pod: the same for the same workload, generation and ordinal, so that creating it twice gives
 * AlreadyExists. The hash keeps pods of a workload apart from those of an earlier one with the same name.
 */
export function replicaName(
  workload: { readonly id: string; readonly name: string; readonly generation: number },
  ordinal: number,
): string {
  return `${workload.name}-${shortHash(`${workload.id}/${workload.generation}`)}-${ordinal}`;
}

/** FNV-1a (32 bit) in base 36, at most 7 characters (Fowler, Noll, Vo; draft-eastlake-fnv). */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
