/** A request as it was typed. */
export interface RawDraft {
  readonly method: string;
  /** Behind the address of the workload. */
  readonly path: string;
  /** One header a line, `name: value`. */
  readonly headers: string;
  readonly body: string;
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
export const EMPTY_REQUEST: RawDraft = { method: 'GET', path: '', headers: '', body: '' };

/** Whether a browser sends a body with the method. */
export const takesBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

const HEADER = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/;

/** The headers of a text, or what is wrong with it. */
export function headersOf(text: string): Readonly<Record<string, string>> | string {
  const lines = text.split('\n').map((line) => line.trim());
  const headers: Record<string, string> = {};
  for (const [at, line] of lines.entries()) {
    if (line === '') continue;
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined)
      return `Line ${at + 1} of the headers is no header: write "name: value".`;
    headers[name] = value;
  }
  return headers;
}

/** The address of a request below that of its workload, which ends with a slash. */
export const urlOf = (base: string, path: string): string => base + path.replace(/^\/+/, '');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The same request for a shell, with the token in `$TOKEN`. */
export function curlOf(
  url: string,
  { method, body }: RawDraft,
  headers: Readonly<Record<string, string>>,
): string {
  return [
    'curl',
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : ['-X', method]),
    quoted(url),
    '-H "Authorization: Bearer $TOKEN"',
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(takesBody(method) && body !== '' ? ['--data-binary', quoted(body)] : []),
  ].join(' ');
}

/** JSON with one member a line; other text as it is. */
export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
