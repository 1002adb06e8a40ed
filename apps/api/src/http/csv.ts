import { CSV_FORMAT, inertCell } from '@tessera/contracts-rest/csv';
import { stringify } from 'csv-stringify/sync';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** CSV is returned only when requested by name: the official client cannot read it. */
export const wantsCsv = (headers: Headers): boolean => {
  const accept = String(headers['accept'] ?? '').toLowerCase();
  return accept.includes('text/csv') && !accept.includes('application/json');
};

/**
 * A response as CSV (RFC 4180), without cells that a spreadsheet would run as a formula. `_as` only provides the type:
 * the body is text all the same.
 */
export function csv<T>(
  rows: readonly (readonly string[])[],
  _as: T,
): { readonly status: 200; readonly body: T; readonly headers: Readonly<Record<string, string>> } {
  const text = stringify(
    rows.map((row) => row.map(inertCell)),
    CSV_FORMAT,
  );
  return {
    status: 200,
    body: text as unknown as T,
    headers: { 'content-type': 'text/csv; charset=utf-8' },
  };
}
