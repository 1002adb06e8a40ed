/** An answer as a client reads it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Answers {
  /** Complete ones, in order, without interim ones. */
  readonly all: readonly RawAnswer[];
  /** What cannot be an answer; undefined where there is nothing of the kind. */
  readonly malformed?: string;
}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [^\r\n]*$/;

/** Reads the answers to requests of these methods; one answer more may refuse what is no request. */
export function readAnswers(bytes: string, methods: readonly string[]): Answers {
  const all: RawAnswer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) return { all };
    const [first = '', ...lines] = bytes.slice(at, end).split('\r\n');
    const status = Number(STATUS_LINE.exec(first)?.[1]);
    if (Number.isNaN(status)) return { all, malformed: JSON.stringify(bytes.slice(at, at + 200)) };
    at = end + 4;
    if (status >= 100 && status < 200) {
      if (status === 101) return { all: [...all, { status, headers: new Map(), body: '' }] };
      continue;
    }
    const headers = new Map(lines.map((line) => fieldOf(line)));
    const none = methods[all.length] === 'HEAD' || status === 204 || status === 304;
    const read = none ? { body: '', end: at } : readBody(bytes, at, headers);
    if (read === undefined) return { all };
    all.push({ status, headers, body: read.body });
    at = read.end;
  }
  return { all };
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function readBody(
  bytes: string,
  from: number,
  headers: ReadonlyMap<string, string>,
): { readonly body: string; readonly end: number } | undefined {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const end = from + Number(headers.get('content-length') ?? 0);
    return bytes.length < end ? undefined : { body: bytes.slice(from, end), end };
  }
  let body = '';
  for (let at = from; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.slice(at, line), 16);
    const end = line + 2 + size + 2;
    if (bytes.length < end) return undefined;
    body += bytes.slice(line + 2, line + 2 + size);
    if (size === 0) return { body, end };
    at = end;
  }
}
