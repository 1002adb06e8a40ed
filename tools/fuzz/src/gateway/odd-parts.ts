import fc from 'fast-check';

/** As long as what replaces it, so that lengths stay right. */
export const MARK = 'mNNNNNNN';

/** Names of the two workloads, and the ways in which a request can name one. */
export interface Names {
  readonly project: string;
  readonly workloads: readonly [string, string];
  /** Value of Host for a workload. */
  readonly host: (workload: string) => string;
  /** Prefix of the path for a workload. */
  readonly prefix: (workload: string) => string;
  /** Value of Host for the endpoint of all models. */
  readonly models: string;
}

/** Origin whose pages may read answers. */
export const ORIGIN = 'https://page.example';

export const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
export const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd });

export const METHOD = mostly(
  pick('GET', 'POST', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'),
  pick(
    'get',
    'TRACE',
    'CONNECT',
    'PRI',
    'G\0T',
    '',
    'GET GET',
    'QUERY',
    'X'.repeat(300),
    '\xc3\xa9',
    'M-SEARCH',
  ),
  9,
);
export const VERSION = mostly(
  pick('HTTP/1.1'),
  pick(
    'HTTP/1.0',
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/1.10',
    'http/1.1',
    'HTTP/1.1 ',
    'HTTP/11',
    'HTTP/1.2',
    '',
    'HTTPS/1.1',
    'HTTP/1,1',
  ),
  9,
);
export const LINE_END = mostly(pick('\r\n'), pick('\n', '\r', '\r\r\n', '\n\r', '\x0b\n', '\0\r\n'), 24);

export const target = (names: Names): fc.Arbitrary<string> => {
  const path = pick(...names.workloads).map((one) => `${names.prefix(one)}/${MARK}`);
  const [a, b] = names.workloads;
  const [pa, pb] = [names.prefix(a), names.prefix(b)];
  const odd = pick(
    ...[`${pa}/..${pb}/${MARK}`, `${pa}/%2e%2e${pb}/${MARK}`, `${pa}/..%2f..${pb}/${MARK}`],
    ...[`/${pa}/${MARK}`, `/.${pa}/${MARK}`, `${pa.replaceAll('/', '%2f')}/${MARK}`, `${pa}%2f${MARK}`],
    ...[`${pa}%00/${MARK}`, `${pa}\0/${MARK}`, `${pa};x=1/${MARK}`, `${pa}\\${MARK}`, `${pa}/${MARK}#x`],
    ...[
      `http://${names.host(b)}${pa}/${MARK}`,
      `http://other.example${pb}/${MARK}`,
      `//${names.host(b)}${pa}/${MARK}`,
    ],
    ...['*', names.host(a), `${names.host(a)}:80`, `?${pa}/${MARK}`, `${pa}?${MARK}`, `${pa}/${MARK}?a=b&c`],
    ...[
      `${pa}/${MARK} HTTP/1.1 `,
      `${pa}/\xe9\xff${MARK}`,
      `${pa}/${MARK}\x7f`,
      `${pa}/\x01${MARK}`,
      `\t${pa}/${MARK}`,
    ],
    ...[`${pa}/${MARK}/${'x'.repeat(20_000)}`, `${pa.toUpperCase()}/${MARK}`, `${pa}/${MARK}"<>\`{}|^`, ''],
  );
  return mostly(path, odd, 3);
};

export const host = (names: Names): fc.Arbitrary<string> => {
  const [a, b] = names.workloads;
  const usual = pick(...names.workloads).map((one) => `Host: ${names.host(one)}`);
  const odd = pick(
    ...[
      '',
      'Host:',
      `Host: ${names.host(a)}\r\nHost: ${names.host(b)}`,
      `host: ${names.host(a)}\r\nHOST: ${names.host(a)}`,
    ],
    ...[`Host : ${names.host(a)}`, ` Host: ${names.host(a)}`, `Host: ${names.host(a)},${names.host(b)}`],
    ...[
      `Host: x@${names.host(b)}`,
      `Host: ${names.host(a)}/`,
      `Host: ${names.host(a)}:80:80`,
      `Host: ${names.host(a).toUpperCase()}`,
    ],
    ...[
      `Host: ${names.host(a)}.`,
      `Host: [::1]`,
      `Host: ${names.host(a)}\0`,
      `Host: ${names.host(a)}\r\n ${names.host(b)}`,
    ],
    ...[
      `Host: ${names.host(a)}#@${names.host(b)}`,
      `Host: \xe9`,
      `X-Forwarded-Host: ${names.host(b)}\r\nHost: ${names.host(a)}`,
    ],
  );
  return mostly(usual, odd, 8);
};

export const FIELD = mostly(
  pick(
    'Accept: */*',
    'X-A: b',
    'Content-Type: application/json',
    'Cookie: a=b; c=d',
    'Connection: keep-alive',
  ),
  pick(
    ...[
      'Connection: close',
      'Connection: content-length',
      'Connection: host, x-forwarded-for',
      'Connection: transfer-encoding',
    ],
    ...[
      'Upgrade: websocket\r\nConnection: upgrade',
      'Upgrade: h2c\r\nConnection: upgrade, http2-settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
    ],
    ...[
      'Upgrade: websocket',
      'Connection: upgrade',
      'Upgrade: TLS/1.0\r\nConnection: Upgrade',
      'Upgrade: websocket, h2c\r\nConnection: upgrade',
    ],
    ...[
      'Expect: 100-continue',
      'Expect: 200-ok',
      'Expect: 100-continue, x',
      'TE: trailers',
      'Trailer: content-length',
    ],
    ...[
      'X-Forwarded-For: 1.2.3.4',
      'X_Forwarded_For: 1.2.3.4',
      'X-Tessera-Caller-Id: root',
      'x_tessera_caller_id: root',
      'Forwarded: for=1.2.3.4',
    ],
    ...[
      'X-A: b\r\n c',
      'X-A: b\r\n\tTransfer-Encoding: chunked',
      'X-A\r\n: b',
      ': b',
      'X-A',
      'X A: b',
      'X-A: \0',
      'X-A: b\rc',
      'X-A: \x01\x02',
    ],
    ...[
      '\xe9: x',
      'X-A: \xc3\xa9\xff',
      `X-A: ${'y'.repeat(20_000)}`,
      `${'N'.repeat(4_000)}: x`,
      'Proxy-Connection: keep-alive',
      'Keep-Alive: timeout=1',
    ],
    ...[
      `Origin: ${ORIGIN}`,
      `Origin: ${ORIGIN}\r\nAccess-Control-Request-Method: POST`,
      `Origin: ${ORIGIN}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x, \xe9`,
      'Origin: https://evil.example\r\nAccess-Control-Request-Method: POST',
      `Origin: null\r\nOrigin: ${ORIGIN}`,
    ],
    ...[
      'X-HTTP-Method-Override: DELETE',
      'X-Original-URL: /bench/b/',
      'Range: bytes=0-1',
      'Content-Encoding: gzip',
      'Max-Forwards: 0',
      'Via: 1.1 x',
    ],
  ),
  1,
);

export const LENGTH_VALUE = (right: number): fc.Arbitrary<string> =>
  pick(
    ...[
      `${right}`,
      `+${right}`,
      `-${right}`,
      `0x${right.toString(16)}`,
      `${right},${right}`,
      `${right}, ${right + 1}`,
    ],
    ...[
      `${right} `,
      `\t${right}`,
      `${right}\x0b`,
      `${right}.0`,
      `1e2`,
      '',
      '99999999999999999999',
      '9'.repeat(300),
      `00${right}`,
    ],
    ...[`${right + 40}`, `${Math.max(0, right - 5)}`, '0', `${right}a`, `${right};x`, `"${right}"`],
  );
export const CODING_VALUE = pick(
  ...[
    'chunked',
    'Chunked',
    'CHUNKED',
    ' chunked',
    'chunked\t',
    'identity',
    'chunked, identity',
    'identity, chunked',
    'gzip, chunked',
  ],
  ...[
    'xchunked',
    'chunked;q=1',
    '"chunked"',
    '\x0bchunked',
    'chunked\x0b',
    'chunked, chunked',
    'chunke\xe4',
    'x, chunked',
    ',chunked',
    '',
  ],
);
export const CODING_NAME = mostly(
  pick('Transfer-Encoding'),
  pick(
    'Transfer-Encoding ',
    'Transfer_Encoding',
    'transfer-encoding',
    ' Transfer-Encoding',
    'Transfer-Encoding\0',
    'Transfer-\r\n Encoding',
    'X: y\rTransfer-Encoding',
    'TRANSFER-ENCODING',
  ),
  3,
);

export const chunk = (data: string): fc.Arbitrary<string> =>
  mostly(
    pick(`${data.length.toString(16)}\r\n${data}\r\n`),
    pick(
      ...[
        `${data.length.toString(16)};a=b\r\n${data}\r\n`,
        `${data.length.toString(16)};a="\r\n${data}\r\n`,
        `00${data.length.toString(16)}\r\n${data}\r\n`,
      ],
      ...[
        `0x${data.length.toString(16)}\r\n${data}\r\n`,
        `${data.length.toString(16)}\n${data}\n`,
        `${data.length.toString(16)} \r\n${data}\r\n`,
      ],
      ...[
        `-1\r\n${data}\r\n`,
        `ffffffffffffffff\r\n${data}\r\n`,
        `7fffffff\r\n${data}`,
        `${data.length.toString(16)}\r\n${data}`,
        `\r\n${data}\r\n`,
      ],
      ...[
        `${(data.length + 3).toString(16)}\r\n${data}\r\n`,
        `${data.length.toString(16)};\0\r\n${data}\r\n`,
        `g\r\n${data}\r\n`,
        `${data.length.toString(16)}\r${data}\r\n`,
      ],
      ...[
        `${data.length.toString(16)};a\n${data}\r\n`,
        `${data.length.toString(16)};${'e'.repeat(20_000)}\r\n${data}\r\n`,
      ],
    ),
    3,
  );
export const LAST_CHUNK = mostly(
  pick('0\r\n\r\n'),
  pick(
    '0\r\nX-A: b\r\n\r\n',
    '0\r\nContent-Length: 5\r\n\r\n',
    '0\r\nHost: other\r\n\r\n',
    '0\n\n',
    '0\r\n',
    '0;x\r\n\r\n',
    '00\r\n\r\n',
    '0\r\n : x\r\n\r\n',
    '0\r\nTransfer-Encoding: chunked\r\n\r\n',
    '0\r\n\n',
  ),
  3,
);
