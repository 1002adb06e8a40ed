/** Deterministic numbers from 0 to 1 by seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WEBSOCKET = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket';
const STATUS_LINES = [
  ...[WEBSOCKET, WEBSOCKET, WEBSOCKET],
  ...['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 101 Switching Protocols'],
  ...[
    'HTTP/1.1 101 Switching Protocols',
    'HTTP/1.1 099 X',
    'HTTP/1.1 000 X',
    'HTTP/1.1 1000 X',
    'HTTP/1.1 20 X',
  ],
  ...[
    'HTTP/1.1 100 Continue',
    'HTTP/1.1 102 Processing',
    'HTTP/1.1 103 Early Hints',
    'HTTP/1.1 204 No',
    'HTTP/1.1 304 No',
  ],
  ...[
    'HTTP/1.1 600 X',
    'HTTP/1.1 999 X',
    'HTTP/1.1 -20 X',
    'HTTP/1.1 200 \u0001\u00ff',
    'HTTP/1.1  200',
    'HTTP/1.1 200',
  ],
  ...[
    'HTTP/1.0 200 OK',
    'HTTP/2.0 200 OK',
    'HTTP/9.9 200 OK',
    'ICY 200 OK',
    'GET / HTTP/1.1',
    '',
    '\u0016\u0003\u0001\u0002',
  ],
];
const HEADERS = [
  ...[
    'Content-Length: 5',
    'Content-Length: 5',
    'Content-Length: 0',
    'Content-Length: 6',
    'Content-Length: -1',
  ],
  ...[
    'Content-Length: 99999999999999999999',
    'Content-Length: 5, 5',
    'Content-Length: 0x5',
    'Content-Length:',
  ],
  ...['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip, chunked'],
  ...[
    'Transfer-Encoding: identity',
    'Transfer-Encoding: chunked, chunked',
    'Transfer-Encoding: \u000bchunked',
  ],
  ...[
    'Upgrade: websocket',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Connection: Upgrade',
    'Upgrade: h2c',
  ],
  ...[
    'Connection: close',
    'Connection: ,,,',
    'Connection: content-length',
    'Keep-Alive: timeout=99999999999999',
  ],
  ...['Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'Trailer: X', 'Content-Type: text/event-stream'],
  ...[
    'Bad Name: 1',
    ': nameless',
    'no colon',
    'X\u0000: 1',
    'X: \u0000',
    'X: a\u0001b',
    'X: \u00e9\u00ff',
    'X:\u007f',
  ],
  ...[
    'X: a\n Y: b',
    'X: 1\rY: 2',
    ' folded: 1',
    '\tfolded',
    'Set-Cookie: a=b',
    'Set-Cookie: a=b',
    '__proto__: x',
  ],
  ...[
    'Content-Encoding: gzip',
    `X: ${'a'.repeat(17_000)}`,
    'X: 1\r\n'.repeat(2_100).trim(),
    `${'n'.repeat(9_000)}: 1`,
  ],
];
const BODIES = [
  ...['', 'hello', 'hello', 'hello and much more than was announced', 'hel'],
  ...[
    '5\r\nhello\r\n0\r\n\r\n',
    '5\r\nhello\r\n0\r\n\r\n',
    '5\r\nhel',
    '5\r\nhelloX',
    'zz\r\n',
    '-5\r\nhello\r\n',
  ],
  ...[
    'ffffffffffffffff\r\nx',
    '5;ext="\u0000"\r\nhello\r\n0\r\n\r\n',
    '0\r\nX: y\r\n\r\n',
    '0\r\nbad \u0000 trailer\r\n\r\n',
  ],
  ...[
    '0\r\nContent-Length: 9\r\n\r\n',
    '0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    '\u0081\u0005hello',
    '\u0088\u0000',
    '\u0000\u00ff\u00fe',
  ],
  ...['HTTP/1.1 099 X\r\n\r\n', 'x'.repeat(70_000)],
];

/** The bytes that a replica sends, in pieces, and how it closes the connection. */
export interface MalformedAnswer {
  readonly pieces: readonly Buffer[];
  readonly leaves: 'ends' | 'breaks' | 'resets';
}

/** A response built from almost valid parts, some of them damaged further; deterministic by seed. */
export function malformedAnswer(seed: number): MalformedAnswer {
  const random = seeded(seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const headers = Array.from({ length: Math.floor(random() * 6) }, () => one(HEADERS));
  const end = random() < 0.9 ? '\r\n\r\n' : one(['\n\n', '\r\n', '', '\r\r', '\n\r\n\r']);
  let bytes = Buffer.from([one(STATUS_LINES), ...headers].join('\r\n') + end + one(BODIES), 'latin1');
  for (let flips = random() < 0.3 ? Math.ceil(random() * 4) : 0; flips > 0 && bytes.length > 0; flips -= 1)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  if (random() < 0.2) bytes = bytes.subarray(0, Math.floor(random() * bytes.length));
  const cut = Math.floor(random() * bytes.length);
  const pieces = random() < 0.5 ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)];
  return { pieces, leaves: one(['ends', 'ends', 'breaks', 'resets']) };
}
