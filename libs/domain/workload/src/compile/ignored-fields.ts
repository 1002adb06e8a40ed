import type { IgnoredField } from '../intent';
import type { Items } from '../spec';

/** Records an ignored field; `refused` where a request with it would be refused today. */
export type Ignore = (field: string, reason: string, refused?: 'refused') => void;

/** Collects ignoredFields in the order in which they are found. */
export class IgnoredFields {
  readonly list: IgnoredField[] = [];
  readonly ignore: Ignore = (field, reason, refused) => {
    this.list.push({ field, reason, ...(refused === undefined ? {} : { refused: true }) });
  };
}

/** Records those of the fields that are set. */
export function ignoreGiven(
  owner: object,
  fields: readonly string[],
  path: string,
  reason: string,
  ignore: Ignore,
): void {
  const values = owner as Readonly<Record<string, unknown>>;
  for (const field of fields) {
    const value = values[field];
    if (value !== undefined && value !== null && value !== '') ignore(`${path}.${field}`, reason);
  }
}

/** The effective items, each with its path: nulls and items that only exclude a policy default are skipped. */
export function given<T extends object>(
  items: Items<T>,
  path: string,
): { readonly item: T; readonly at: string }[] {
  // A loop, because every rule goes through lists of up to a thousand items.
  const found: { item: T; at: string }[] = [];
  for (const [index, item] of (items ?? []).entries())
    if (item !== null && item !== undefined && (item as { exclude?: boolean | null }).exclude !== true)
      found.push({ item, at: `${path}[${index}]` });
  return found;
}
