/** Characters at which spreadsheets begin a formula, in half and full width. */
const FORMULA = /^[\s\u0000]*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The text of a cell, after an apostrophe where a spreadsheet would evaluate it (OWASP, CSV injection); numbers stay
 * numbers.
 */
export const inertCell = (text: string): string =>
  FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;

/** Options of csv-stringify for every table that the platform writes: RFC 4180; an apostrophe or a tab is quoted too. */
export const CSV_FORMAT = { record_delimiter: '\r\n', quoted_match: /['\t\r\n]/ } as const;
