type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** CSV comes only when it is asked for by name: the official client cannot read it. */
export const wantsCsv = (headers: Headers): boolean => {
  const accept = String(headers['accept'] ?? '').toLowerCase();
  return accept.includes('text/csv') && !accept.includes('application/json');
};

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** An answer as CSV (RFC 4180). `_as` only lends its type: the body is text all the same. */
export function csv<T>(
  rows: readonly (readonly string[])[],
  _as: T,
): { readonly status: 200; readonly body: T; readonly headers: Readonly<Record<string, string>> } {
  const text = `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
  return {
    status: 200,
    body: text as unknown as T,
    headers: { 'content-type': 'text/csv; charset=utf-8' },
  };
}
