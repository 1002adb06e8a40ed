import { CSV_FORMAT, inertCell } from '@tessera/contracts-rest/csv';
import { stringify } from 'csv-stringify/browser/esm/sync';

/** A table as the API writes them (RFC 4180), without cells that a spreadsheet would run as a formula. */
export const csvOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  stringify(
    [heads, ...rows].map((cells) => cells.map(inertCell)),
    CSV_FORMAT,
  );
