const KEY = 'tessera.workload-columns';

/** The columns that were chosen before in this browser, in the order of the table; else the standard ones. */
export function storedColumns(
  storage: Pick<Storage, 'getItem'>,
  all: readonly string[],
  standard: readonly string[],
): readonly string[] {
  const stored = storage.getItem(KEY)?.split(',') ?? [];
  const known = all.filter((key) => stored.includes(key));
  return known.length === 0 ? standard : known;
}

/** Keeps the choice in this browser. */
export const storeColumns = (storage: Pick<Storage, 'setItem'>, chosen: readonly string[]): void =>
  storage.setItem(KEY, chosen.join(','));
