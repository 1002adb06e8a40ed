import type { Script } from './connections';
import { MARK, type Names } from './odd-parts';

/** A known attack or oddity; whatever the gateway makes of it, the rules of the fuzz hold. */
export interface Attack {
  readonly name: string;
  readonly script: Script;
}

/** The known ones, towards the first workload, with requests for the second one hidden in them. */
export function attacks({ workloads: [a, b], prefix, host }: Names): readonly Attack[] {
  const to = `${prefix(a)}/${MARK}`;
  const ours = `Host: ${host(a)}\r\n`;
  const hidden = `GET ${prefix(b)}/${MARK}/hidden HTTP/1.1\r\nHost: ${host(b)}\r\n\r\n`;
  const cut = `GET ${prefix(b)}/${MARK}/hidden HTTP/1.1\r\nX: `;
  const post = (fields: string, body: string): string => `POST ${to} HTTP/1.1\r\n${ours}${fields}\r\n${body}`;
  const after = `GET ${to}/after HTTP/1.1\r\n${ours}\r\n`;
  const zero = `0\r\n\r\n${hidden}`;
  const table: Readonly<Record<string, string>> = {
    'CL.TE': post(`Content-Length: ${zero.length}\r\nTransfer-Encoding: chunked\r\n`, zero),
    'TE.CL': post(
      `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n`,
      `${cut.length.toString(16)}\r\n${cut}\r\n0\r\n\r\n`,
    ),
    'CL.0': post(`Content-Length: ${hidden.length}\r\n`, hidden) + after,
    'GET with a body': `GET ${to} HTTP/1.1\r\n${ours}Content-Length: ${hidden.length}\r\n\r\n${hidden}${after}`,
    'two lengths': post(`Content-Length: 5\r\nContent-Length: ${5 + hidden.length}\r\n`, `hello${hidden}`),
    'two equal lengths': post(`Content-Length: 5\r\nContent-Length: 5\r\n`, 'hello') + after,
    'list of lengths': post(`Content-Length: 5, 5\r\n`, `hello${hidden}`),
    'length with a sign': post(`Content-Length: +5\r\n`, `hello${hidden}`),
    'length in hex': post(`Content-Length: 0x5\r\n`, `hello${hidden}`),
    'length with leading zeros': post(`Content-Length: 005\r\n`, `hello${after}`),
    'length of another line': post(`Content-Length:\r\n 5\r\n`, `hello${hidden}`),
    'length with a space before the colon': post(`Content-Length : 5\r\n`, `hello${hidden}`),
    'negative length': post(`Content-Length: -5\r\n`, hidden),
    'length above 64 bits': post(`Content-Length: 18446744073709551621\r\n`, `hello${hidden}`),
    'empty length': post(`Content-Length: \r\n`, hidden),
    'length in a named hop field': post(
      `Connection: content-length\r\nContent-Length: 5\r\n`,
      `hello${after}`,
    ),
    'coding in a named hop field': post(
      `Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n`,
      `5\r\nhello\r\n0\r\n\r\n${after}`,
    ),
    'coding with a space before the colon': post(
      `Transfer-Encoding : chunked\r\nContent-Length: 5\r\n`,
      zero,
    ),
    'coding with a vertical tab': post(`Transfer-Encoding:\x0bchunked\r\nContent-Length: 5\r\n`, zero),
    'coding with a tab': post(`Transfer-Encoding:\tchunked\r\n`, `5\r\nhello\r\n0\r\n\r\n${after}`),
    'coding folded': post(`Transfer-Encoding:\r\n chunked\r\n`, zero),
    'coding after a bare return': post(`X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n`, zero),
    'coding after a bare feed': post(
      `X: y\nTransfer-Encoding: chunked\r\n`,
      `5\r\nhello\r\n0\r\n\r\n${after}`,
    ),
    'coding twice': post(`Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`, zero),
    'coding and identity': post(`Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n`, zero),
    'coding unknown': post(`Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n`, `hello${hidden}`),
    'coding gzip, chunked': post(`Transfer-Encoding: gzip, chunked\r\n`, `5\r\nhello\r\n0\r\n\r\n${after}`),
    'coding chunked, gzip': post(`Transfer-Encoding: chunked, gzip\r\n`, zero),
    'coding in quotes': post(`Transfer-Encoding: "chunked"\r\n`, zero),
    'coding with an underscore': post(`Transfer_Encoding: chunked\r\nContent-Length: 5\r\n`, `hello${after}`),
    'coding in HTTP/1.0': `POST ${to} HTTP/1.0\r\n${ours}Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n${zero}`,
    'coding with a NUL': post(`Transfer-Encoding: chunked\0\r\nContent-Length: 5\r\n`, zero),
    'chunk extension with a line feed': post(
      `Transfer-Encoding: chunked\r\n`,
      `5;x\nhello\r\n0\r\n\r\n${after}`,
    ),
    'chunk size with leading zeros': post(
      `Transfer-Encoding: chunked\r\n`,
      `0000005\r\nhello\r\n0\r\n\r\n${after}`,
    ),
    'chunk size above 64 bits': post(
      `Transfer-Encoding: chunked\r\n`,
      `10000000000000005\r\nhello\r\n${zero}`,
    ),
    'chunk size with 0x': post(`Transfer-Encoding: chunked\r\n`, `0x5\r\nhello\r\n${zero}`),
    'chunk size negative': post(`Transfer-Encoding: chunked\r\n`, `-5\r\nhello\r\n${zero}`),
    'chunk size empty': post(`Transfer-Encoding: chunked\r\n`, `\r\nhello\r\n${zero}`),
    'chunk ends with a feed': post(`Transfer-Encoding: chunked\r\n`, `5\nhello\n0\n\n${after}`),
    'chunk longer than its size': post(`Transfer-Encoding: chunked\r\n`, `3\r\nhello\r\n${zero}`),
    'chunk shorter than its size': post(`Transfer-Encoding: chunked\r\n`, `7\r\nhello\r\n${zero}`),
    'chunk with a wrong end': post(`Transfer-Encoding: chunked\r\n`, `5\r\nhelloXX0\r\n\r\n${hidden}`),
    'trailers with framing': post(
      `Transfer-Encoding: chunked\r\n`,
      `5\r\nhello\r\n0\r\nContent-Length: 50\r\nHost: ${host(b)}\r\n\r\n${after}`,
    ),
    'trailer that is none': post(`Transfer-Encoding: chunked\r\n`, `5\r\nhello\r\n0\r\nx y\r\n\r\n${hidden}`),
    'extension of 100 kB': post(
      `Transfer-Encoding: chunked\r\n`,
      `5;${'x'.repeat(100_000)}\r\nhello\r\n0\r\n\r\n`,
    ),
    'extensions by the thousand': post(
      `Transfer-Encoding: chunked\r\n`,
      `${`1;${'y'.repeat(16)}\r\nx\r\n`.repeat(3_000)}0\r\n\r\n`,
    ),
    'trailers of 100 kB': post(
      `Transfer-Encoding: chunked\r\n`,
      `0\r\n${`X: ${'y'.repeat(100)}\r\n`.repeat(1_000)}\r\n`,
    ),
    'folded field': `GET ${to} HTTP/1.1\r\n${ours}X: a\r\n Host: ${host(b)}\r\n\r\n`,
    'first field folded': `GET ${to} HTTP/1.1\r\n ${ours}${ours}\r\n`,
    'field without a colon': `GET ${to} HTTP/1.1\r\n${ours}nothing\r\n\r\n`,
    'field without a name': `GET ${to} HTTP/1.1\r\n${ours}: x\r\n\r\n`,
    'field with a NUL': `GET ${to} HTTP/1.1\r\n${ours}X: a\0b\r\n\r\n`,
    'field with a bare return': `GET ${to} HTTP/1.1\r\n${ours}X: a\rb\r\n\r\n`,
    'bare feeds': `GET ${to} HTTP/1.1\n${ours.replace('\r', '')}\n`,
    'bare returns': `GET ${to} HTTP/1.1\r${ours.replace('\n', '')}\r`,
    'two hosts': `GET ${to} HTTP/1.1\r\n${ours}Host: ${host(b)}\r\n\r\n`,
    'no host': `GET ${to} HTTP/1.1\r\n\r\n`,
    'empty host': `GET ${to} HTTP/1.1\r\nHost:\r\n\r\n`,
    'host with a user': `GET ${to} HTTP/1.1\r\nHost: ${host(a)}@${host(b)}\r\n\r\n`,
    'host with a path': `GET ${to} HTTP/1.1\r\nHost: ${host(a)}/../${b}\r\n\r\n`,
    'host with two ports': `GET ${to} HTTP/1.1\r\nHost: ${host(a)}:1:2\r\n\r\n`,
    'host in the target': `GET http://${host(b)}${prefix(b)}/${MARK} HTTP/1.1\r\n${ours}\r\n`,
    'user in the target': `GET http://${host(a)}@${host(b)}${to} HTTP/1.1\r\n${ours}\r\n`,
    'target without a slash': `GET ${to.slice(1)} HTTP/1.1\r\n${ours}\r\n`,
    'target of an asterisk': `OPTIONS * HTTP/1.1\r\n${ours}\r\n`,
    'two slashes before the target': `GET //${host(b)}${to} HTTP/1.1\r\n${ours}\r\n`,
    'dots up to the other workload': `GET ${to}/../..${prefix(b)}/${MARK} HTTP/1.1\r\n${ours}\r\n`,
    'encoded dots': `GET ${prefix(a)}/%2e%2e/%2e%2e${prefix(b)}/${MARK} HTTP/1.1\r\n${ours}\r\n`,
    'encoded slashes': `GET ${prefix(a).replaceAll('/', '%2f')}/${MARK} HTTP/1.1\r\n${ours}\r\n`,
    backslashes: `GET ${prefix(a)}\\..\\${b}/${MARK} HTTP/1.1\r\n${ours}\r\n`,
    'NUL in the target': `GET ${to}\0 HTTP/1.1\r\n${ours}\r\n`,
    'encoded NUL': `GET ${to}%00/../${b} HTTP/1.1\r\n${ours}\r\n`,
    'encoded line end': `GET ${to}%0d%0aX:%20y HTTP/1.1\r\n${ours}\r\n`,
    'space in the target': `GET ${to} x HTTP/1.1\r\n${ours}\r\n`,
    'invalid UTF-8 in the target': `GET ${to}/\xc3\x28\xff HTTP/1.1\r\n${ours}\r\n`,
    'invalid UTF-8 in a value': `GET ${to} HTTP/1.1\r\n${ours}X: \xc3\x28\xff\r\n\r\n`,
    'fragment in the target': `GET ${to}#${prefix(b)} HTTP/1.1\r\n${ours}\r\n`,
    'target of 100 kB': `GET ${to}${'x'.repeat(100_000)} HTTP/1.1\r\n${ours}\r\n`,
    'field of 100 kB': `GET ${to} HTTP/1.1\r\n${ours}X: ${'x'.repeat(100_000)}\r\n\r\n`,
    'fields by the thousand': `GET ${to} HTTP/1.1\r\n${ours}${'X: y\r\n'.repeat(20_000)}\r\n`,
    'empty lines by the thousand': `${'\r\n'.repeat(50_000)}GET ${to} HTTP/1.1\r\n${ours}\r\n`,
    'pipeline of fifty': after.repeat(50),
    'pipeline behind a refused one': `GET /nowhere/${MARK} HTTP/1.1\r\n${ours}\r\n${after}`,
    'pipeline behind a body':
      post('Content-Length: 5\r\n', 'hello') + after + post('Content-Length: 0\r\n', '') + after,
    'pipeline behind close': `GET ${to} HTTP/1.1\r\n${ours}Connection: close\r\n\r\n${hidden}`,
    'HEAD before GET': `HEAD ${to} HTTP/1.1\r\n${ours}\r\n${after}`,
    'HEAD with a body': `HEAD ${to} HTTP/1.1\r\n${ours}Content-Length: 5\r\n\r\nhello${after}`,
    'HTTP/0.9': `GET ${to}\r\n`,
    'HTTP/1.0': `GET ${to} HTTP/1.0\r\n\r\n${hidden}`,
    'HTTP/1.0 kept alive': `GET ${to} HTTP/1.0\r\n${ours}Connection: keep-alive\r\n\r\n${after}`,
    'HTTP/2.0 on a line': `GET ${to} HTTP/2.0\r\n${ours}\r\n`,
    'HTTP/1.9': `GET ${to} HTTP/1.9\r\n${ours}\r\n`,
    'preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'preface of HTTP/2 and garbage': `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`,
    'preface of HTTP/2 cut off': 'PRI * HTTP/2.0\r\n\r\nS',
    'hello of TLS': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    CONNECT: `CONNECT ${host(b)}:443 HTTP/1.1\r\nHost: ${host(b)}:443\r\n\r\n${hidden}`,
    'CONNECT to a path': `CONNECT ${to} HTTP/1.1\r\n${ours}\r\n${hidden}`,
    'upgrade with a request behind it': `GET ${to} HTTP/1.1\r\n${ours}Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\n\r\n${hidden}`,
    'upgrade with a body': post(
      'Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n',
      `hello${hidden}`,
    ),
    'upgrade with a long body': post(
      'Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 500000\r\n',
      hidden,
    ),
    'upgrade with chunks': post(
      'Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n',
      zero,
    ),
    'upgrade to HTTP/2': `GET ${to} HTTP/1.1\r\n${ours}Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    'upgrade to TLS with a body': post(
      'Connection: upgrade\r\nUpgrade: TLS/1.0\r\nContent-Length: 5\r\n',
      `hello${hidden}`,
    ),
    'upgrade without connection': `GET ${to} HTTP/1.1\r\n${ours}Upgrade: websocket\r\n\r\n${after}`,
    'expectation of 100': post('Expect: 100-continue\r\nContent-Length: 5\r\n', `hello${after}`),
    'expectation that is unknown': post('Expect: magic\r\nContent-Length: 5\r\n', `hello${hidden}`),
    'expectation that is unknown, and a coding': post(
      'Expect: magic\r\nTransfer-Encoding: gzip, chunked\r\n',
      `5\r\nhello\r\n0\r\n\r\n${hidden}`,
    ),
    'forged origin': `GET ${to} HTTP/1.1\r\n${ours}X-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Tessera-Caller-Id: root\r\nx_tessera_caller_id: root\r\n\r\n`,
    'forged origin, named as hop': `GET ${to} HTTP/1.1\r\n${ours}Connection: close, x-forwarded-for, x-tessera-caller-id\r\n\r\n`,
    nothing: '',
    'one byte': 'G',
    'half a head': `GET ${to} HTTP/1.1\r\n${ours}`,
    'half a body': post('Content-Length: 500\r\n', 'hello'),
    'half a chunk': post('Transfer-Encoding: chunked\r\n', '5\r\nhel'),
  };
  const endings = ['half', 'wait', 'gone'] as const;
  return Object.entries(table).flatMap(([name, bytes]) =>
    endings.flatMap((ending) => [
      { name: `${name} (${ending})`, script: { bytes, cuts: [], ending } },
      ...(ending === 'wait' && bytes.length < 2_000
        ? [{ name: `${name} (byte by byte)`, script: { bytes, cuts: everyByte(bytes), ending } }]
        : []),
    ]),
  );
}

const everyByte = (bytes: string): readonly number[] => Array.from({ length: bytes.length }, (_, at) => at);
