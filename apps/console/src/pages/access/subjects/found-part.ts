/** Entries of a page of a list that the API answers as a whole. */
export const SIZE = 50;

/** The entries with the text in one of their names, and the page of them from the offset on. */
export function pageOf<T>(
  entries: readonly T[],
  namesOf: (entry: T) => readonly string[],
  { search, offset }: { readonly search: string; readonly offset: number },
): { readonly total: number; readonly page: readonly T[] } {
  const wanted = search.trim().toLowerCase();
  const found = entries.filter((entry) => namesOf(entry).some((name) => name.toLowerCase().includes(wanted)));
  return { total: found.length, page: found.slice(offset, offset + SIZE) };
}
