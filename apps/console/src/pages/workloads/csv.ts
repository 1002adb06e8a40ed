/** A table as RFC 4180: cells are quoted; one that a spreadsheet would run as a formula begins with an apostrophe. */
export const csvOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, ...rows]
    .map((cells) => cells.map((cell) => `"${safe(cell).replaceAll('"', '""')}"`).join(','))
    .join('\r\n');

const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
