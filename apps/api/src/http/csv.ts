import { stringify } from 'csv-stringify/sync';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** CSV is returned only when requested by name: the official client cannot read it. */
export const wantsCsv = (headers: Headers): boolean => {
  const accept = String(headers['accept'] ?? '').toLowerCase();
  return accept.includes('text/csv') && !accept.includes('application/json');
};

/** Characters at which spreadsheets begin a formula, in half and full width. */
const FORMULA = /^[\s\u0000]*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Quoted as text where a spreadsheet would evaluate it (OWASP, CSV injection); numbers stay numbers. */
const inert = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/** RFC 4180; cells with an apostrophe or a tab are quoted as well. */
const FORMAT = { record_delimiter: '\r\n', quoted_match: /['\t\r\n]/ } as const;

/**
 * A response as CSV (RFC 4180), without cells that a spreadsheet would run as a formula. `_as` only provides the type:
 * the body is text all the same.
 */
export function csv<T>(
  rows: readonly (readonly string[])[],
  _as: T,
): { readonly status: 200; readonly body: T; readonly headers: Readonly<Record<string, string>> } {
  const text = stringify(
    rows.map((row) => row.map(inert)),
    FORMAT,
  );
  return {
    status: 200,
    body: text as unknown as T,
    headers: { 'content-type': 'text/csv; charset=utf-8' },
  };
}
