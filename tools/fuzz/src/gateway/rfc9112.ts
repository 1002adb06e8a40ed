/** A request as a recipient has to read it. Texts hold one byte per character. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Nothing that follows on the connection is a request any more. */
  readonly last: boolean;
}

export type Reading =
  | { readonly kind: 'request'; readonly request: RawRequest; readonly end: number }
  /** What is there is the beginning of a request that a recipient may accept; `request` once its head is complete. */
  | { readonly kind: 'more'; readonly request?: RawRequest }
  /** No recipient may treat this as a request; `request` where only the body is none, `method` where there is one. */
  | { readonly kind: 'bad'; readonly why: string; readonly request?: RawRequest; readonly method?: string };

/**
 * How to read: `allowed` is everything that RFC 9112 lets a recipient accept, `plain` only what every recipient reads the
 * same way, which is what a gateway may send on.
 */
export type Manner = 'allowed' | 'plain';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const REQUEST_LINE: Readonly<Record<Manner, RegExp>> = {
  // A server may take any number of spaces for one (§3).
  allowed: /^(\S+) +([^\s\0]+) +HTTP\/(1\.[01])$/,
  plain: /^(\S+) ([^\s\0]+) HTTP\/(1\.[01])$/,
};
/** Visible characters, bytes above ASCII, space and tab (§5.5 of RFC 9110). */
const BAD_VALUE = /[\0-\x08\x0a-\x1f\x7f]/;

/** Reads one request of what a client has sent, from a place on. */
export function readRequest(bytes: string, from: number, manner: Manner): Reading {
  const at = manner === 'allowed' ? afterEmptyLines(bytes, from) : from;
  const head = readHead(bytes, at, manner);
  if (typeof head === 'string') return { kind: 'bad', why: head };
  if (head === undefined) return { kind: 'more' };
  const { lines, end } = head;
  const [, method, target, version] = REQUEST_LINE[manner].exec(lines[0] ?? '') ?? [];
  if (method === undefined || target === undefined || (version !== '1.0' && version !== '1.1'))
    return bad(`request line ${show(lines[0])}`);
  if (!TOKEN.test(method)) return bad(`method ${show(method)}`);
  const headers = fields(lines.slice(1));
  if (typeof headers === 'string') return bad(headers);
  const hosts = valuesOf(headers, 'host');
  if (hosts.length > 1 || (version === '1.1' && hosts.length === 0))
    return { ...bad(`${hosts.length} Host fields`), method };
  const length = framing(headers, version, manner);
  if (typeof length === 'string' && length !== 'chunked') return { ...bad(length), method };
  const options = valuesOf(headers, 'connection').join(',').toLowerCase().split(',');
  const closes = options.some((one) => one.trim() === 'close');
  const stays = options.some((one) => one.trim() === 'keep-alive');
  const both = length === 'chunked' && valuesOf(headers, 'content-length').length > 0;
  const last = closes || both || (version === '1.0' && !stays);
  const request: RawRequest = { method, target, version, headers, body: '', last };
  if (length === 'chunked') return readChunks(bytes, end, request);
  if (bytes.length < end + length) return { kind: 'more', request: { ...request, body: bytes.slice(end) } };
  const body = bytes.slice(end, end + length);
  return { kind: 'request', request: { ...request, body }, end: end + length };
}

/** All requests that a recipient may accept, and what is left after them. */
export function readRequests(bytes: string): {
  readonly all: readonly RawRequest[];
  readonly rest: Reading;
  /** Nothing is left, so that the connection may stay open. */
  readonly whole: boolean;
} {
  const all: RawRequest[] = [];
  for (let at = 0; ;) {
    const reading = readRequest(bytes, at, 'allowed');
    if (reading.kind !== 'request')
      return { all, rest: reading, whole: reading.kind === 'more' && bytes.slice(at).trim() === '' };
    all.push(reading.request);
    if (reading.request.last)
      return { all, rest: { kind: 'bad', why: 'the connection ends here' }, whole: false };
    at = reading.end;
  }
}

/** Methods of the requests, and of the one behind them that is refused: an answer to HEAD has no body. */
export function methodsOf(bytes: string): readonly string[] {
  const { all, rest } = readRequests(bytes);
  const refused =
    rest.kind === 'request'
      ? undefined
      : (rest.request?.method ?? ('method' in rest ? rest.method : undefined));
  return [...all.map(({ method }) => method), ...(refused === undefined ? [] : [refused])];
}

const bad = (why: string, request?: RawRequest): Extract<Reading, { kind: 'bad' }> => ({
  kind: 'bad',
  why,
  ...(request === undefined ? {} : { request }),
});
const show = (text: string | undefined): string => JSON.stringify((text ?? '').slice(0, 80));

export const valuesOf = (headers: RawRequest['headers'], name: string): readonly string[] =>
  headers.flatMap(([key, value]) => (key === name ? [value] : []));

/** A server should ignore empty lines before a request (§2.2). */
function afterEmptyLines(bytes: string, from: number): number {
  let at = from;
  for (;;) {
    if (bytes.startsWith('\r\n', at)) at += 2;
    else if (bytes[at] === '\n') at += 1;
    else return at;
  }
}

/** The lines of the head; a single line feed may end one (§2.2). Undefined where the head is not complete. */
function readHead(
  bytes: string,
  from: number,
  manner: Manner,
): { readonly lines: readonly string[]; readonly end: number } | string | undefined {
  const lines: string[] = [];
  for (let at = from; ;) {
    const end = bytes.indexOf('\n', at);
    if (end < 0) return undefined;
    const withReturn = bytes[end - 1] === '\r' && end > at;
    if (!withReturn && manner === 'plain') return 'a line that ends without carriage return';
    const line = bytes.slice(at, withReturn ? end - 1 : end);
    at = end + 1;
    if (line === '') return { lines, end: at };
    lines.push(line);
  }
}

function fields(lines: readonly string[]): RawRequest['headers'] | string {
  const headers: (readonly [string, string])[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon < 0 || !TOKEN.test(name)) return `field line ${show(line)}`;
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    if (BAD_VALUE.test(value)) return `value of ${show(line)}`;
    headers.push([name.toLowerCase(), value]);
  }
  return headers;
}

/** Length of the body, `chunked`, or why the message must be refused (§6.3). */
function framing(
  headers: RawRequest['headers'],
  version: RawRequest['version'],
  manner: Manner,
): number | string {
  const codings = valuesOf(headers, 'transfer-encoding');
  const lengths = valuesOf(headers, 'content-length');
  if (codings.length > 0) {
    // Any other coding would have to be undone, or announced to the next server.
    if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked')
      return `codings ${show(codings.join())}`;
    if (version === '1.0') return 'a transfer coding in HTTP/1.0';
    return manner === 'plain' && lengths.length > 0 ? 'a length beside a transfer coding' : 'chunked';
  }
  if (lengths.length === 0) return 0;
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0] ?? '')) return `lengths ${show(lengths.join())}`;
  return Number(lengths[0]);
}

function readChunks(bytes: string, from: number, head: RawRequest): Reading {
  let body = '';
  for (let at = from; ;) {
    const end = bytes.indexOf('\r\n', at);
    const request = { ...head, body };
    if (end < 0) {
      const rest = bytes.slice(at);
      // Nobody can make a chunk of this any more.
      return /^[0-9A-Fa-f]{0,8}(?:[ \t]*(?:;[^\r\n]*)?)?\r?$/.test(rest)
        ? { kind: 'more', request }
        : bad(`chunk size ${show(rest)}`, request);
    }
    const line = bytes.slice(at, end);
    const [, digits] = /^([0-9A-Fa-f]{1,8})(?:[ \t]*;[^\r\n\0]*)?$/.exec(line) ?? [];
    if (digits === undefined) return bad(`chunk size ${show(line)}`, request);
    const size = Number.parseInt(digits, 16);
    at = end + 2;
    if (size === 0) return readTrailers(bytes, at, request);
    const data = bytes.slice(at, at + size);
    body += data;
    const after = bytes.slice(at + size, at + size + 2);
    if (data.length < size || after.length < 2)
      return '\r\n'.startsWith(after)
        ? { kind: 'more', request: { ...head, body } }
        : bad('end of a chunk', request);
    if (after !== '\r\n') return bad('end of a chunk', request);
    at += size + 2;
  }
}

function readTrailers(bytes: string, from: number, request: RawRequest): Reading {
  const head = readHead(bytes, from, 'allowed');
  if (head === undefined) return { kind: 'more', request };
  if (typeof head === 'string') return bad(head, request);
  const trailers = fields(head.lines);
  return typeof trailers === 'string' ? bad(trailers, request) : { kind: 'request', request, end: head.end };
}
