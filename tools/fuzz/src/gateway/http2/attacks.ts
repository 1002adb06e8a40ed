import { MARK, type Names } from '../odd-parts';
import { block, field, FLAGS, frame, integer, number, PREFACE, request, settings, TYPES } from './frames';
import { fieldsTo, type FrameScript } from './script';

const MANY = 10_000;
const { endHeaders, endStream, padded } = FLAGS;

/** Known attacks on servers of HTTP/2, towards the first workload. */
export function frameAttacks(
  names: Names,
): readonly { readonly name: string; readonly script: FrameScript }[] {
  const [a, b] = names.workloads;
  const to = fieldsTo(names, a);
  const good = request(1, to);
  const head = (stream: number, fields = to, flags: number = endHeaders | endStream): string =>
    frame(TYPES.headers, flags, stream, block(fields));
  const post = (more: Parameters<typeof block>[0]) => fieldsTo(names, a, more, 'POST');
  const times = (count: number, one: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => one(index)).join('');
  const start = PREFACE + settings();
  /** Behind a proper beginning of the connection. */
  const begun: Readonly<Record<string, string>> = {
    'a proper request': good,
    'a window of 0': settings([4, 0]) + good,
    'a window above 2^31': settings([4, 2 ** 31]) + good,
    'a frame size of 1': settings([5, 1]) + good,
    'a table of 4 GiB': settings([1, 2 ** 32 - 1]) + good,
    'settings of 5 bytes': frame(TYPES.settings, 0, 0, 'xxxxx') + good,
    'settings of a stream': frame(TYPES.settings, 0, 1) + good,
    'an acknowledgement with a payload': frame(TYPES.settings, 1, 0, number(0, 6)) + good,
    'settings by the thousand': times(MANY, () => settings([3, 1])) + good,
    'pings by the thousand': times(MANY, (index) => frame(TYPES.ping, 0, 0, number(index, 8))) + good,
    'a ping of 7 bytes': frame(TYPES.ping, 0, 0, number(0, 7)) + good,
    'priorities by the thousand': times(MANY, (index) =>
      frame(TYPES.priority, 0, 2 * index + 1, number(0, 5)),
    ),
    'a stream that depends on itself': frame(TYPES.priority, 0, 1, `${number(1, 4)}x`) + good,
    'empty data by the thousand': head(1, post([]), endHeaders) + times(MANY, () => frame(TYPES.data, 0, 1)),
    'padding without data by the thousand':
      head(1, post([]), endHeaders) + times(1_000, () => frame(TYPES.data, padded, 1, `\x05${number(0, 5)}`)),
    'padding longer than its frame': head(1, post([]), endHeaders) + frame(TYPES.data, padded, 1, '\xffx'),
    'data of stream 0': frame(TYPES.data, 0, 0, 'x') + good,
    'data of a stream that is not open': frame(TYPES.data, endStream, 7, MARK) + good,
    'data behind the end': good + frame(TYPES.data, endStream, 1, MARK),
    'a head of stream 0': head(0) + good,
    'a head of an even stream': head(2) + good,
    'streams that go down': head(5) + head(3),
    'a stream twice': good + good,
    'the last stream there is': head(2 ** 31 - 1) + head(1),
    'a window update of 0': head(1, post([]), endHeaders) + frame(TYPES.window, 0, 1, number(0, 4)),
    'a window that overflows': good + frame(TYPES.window, 0, 0, number(2 ** 31 - 1, 4)).repeat(2),
    'a reset of a stream that is not open': frame(TYPES.reset, 0, 9, number(8, 4)) + good,
    'a push of a client': frame(TYPES.push, endHeaders, 1, number(2, 4) + block(to)) + good,
    'an answer of a client': head(1, [[':status', '200']]) + good,
    'a request behind goaway': frame(TYPES.goaway, 0, 0, number(0, 8)) + good,
    'frames of unknown types': times(300, (index) => frame(10 + (index % 240), 0xff, index, MARK)) + good,
    'a frame above the size': frame(TYPES.data, 0, 1, 'x'.repeat(16_385)) + good,
    'a frame of 16 MiB that does not come': frame(TYPES.headers, endHeaders, 1, block(to), 2 ** 24 - 1),
    'continuation of nothing': frame(TYPES.continuation, endHeaders, 1, block(to)) + good,
    'a head that another frame interrupts':
      head(1, to, endStream) + frame(TYPES.ping, 0, 0, number(0, 8)) + frame(TYPES.continuation, 4, 1, ''),
    'continuation without end':
      head(1, to, endStream) +
      times(MANY, (index) => frame(TYPES.continuation, 0, 1, field(`x-${index}`, 'y'))),
    'empty continuation without end':
      head(1, to, endStream) + times(5 * MANY, () => frame(TYPES.continuation, 0, 1)),
    'a head of many frames that ends':
      head(1, to, endStream) +
      times(50, (index) => frame(TYPES.continuation, 0, 1, field(`x-${index}`, 'y'))) +
      frame(TYPES.continuation, endHeaders, 1),
    'rapid reset': times(
      3_000,
      (index) => head(2 * index + 1) + frame(TYPES.reset, 0, 2 * index + 1, number(8, 4)),
    ),
    'streams above the limit': times(1_000, (index) => head(2 * index + 1, post([]), endHeaders)),
    'made to reset': times(
      1_000,
      (index) =>
        head(2 * index + 1, post([]), endHeaders) + frame(TYPES.window, 0, 2 * index + 1, number(0, 4)),
    ),
    'an entry of the table that is repeated': frame(
      TYPES.headers,
      endHeaders | endStream,
      1,
      `${block(to)}\x40\x01x${integer(4_000, 7)}${'y'.repeat(4_000)}${'\xbe'.repeat(12_000)}`.slice(
        0,
        16_384,
      ),
    ),
    'fields by the thousand': frame(
      TYPES.headers,
      endHeaders | endStream,
      1,
      (block(to) + field('a', 'b').repeat(3_000)).slice(0, 16_380),
    ),
    'an index beyond the table': frame(TYPES.headers, endHeaders | endStream, 1, `${block(to)}\xff\xff\x7f`),
    'an index of 0': frame(TYPES.headers, endHeaders | endStream, 1, `\x80${block(to)}`),
    'an integer without end': frame(TYPES.headers, endHeaders | endStream, 1, `\x7f${'\xff'.repeat(100)}`),
    'a table above its limit': frame(
      TYPES.headers,
      endHeaders | endStream,
      1,
      `\x3f\xff\xff\x7f${block(to)}`,
    ),
    'Huffman of nothing but padding': frame(
      TYPES.headers,
      endHeaders | endStream,
      1,
      `${block(to)}\0\x81\xff\x01x`,
    ),
    'a name in capitals': request(1, fieldsTo(names, a, [['X-A', 'b']])),
    'an empty name': request(1, fieldsTo(names, a, [['', 'b']])),
    'fields of a connection': request(
      1,
      post([
        ['connection', 'close'],
        ['transfer-encoding', 'chunked'],
      ]),
      `5\r\nhello\r\n0\r\n\r\nGET ${names.prefix(b)}/${MARK} HTTP/1.1\r\nHost: ${names.host(b)}\r\n\r\n`,
    ),
    'an upgrade': request(1, fieldsTo(names, a, [['upgrade', 'websocket']])),
    'te of another value': request(1, fieldsTo(names, a, [['te', 'gzip']])),
    'a length below the body': request(1, post([['content-length', '2']]), 'hello'),
    'a length above the body': request(1, post([['content-length', '9']]), 'hello'),
    'two lengths': request(
      1,
      post([
        ['content-length', '5'],
        ['content-length', '6'],
      ]),
      'hello',
    ),
    'a line end in a value': request(
      1,
      fieldsTo(names, a, [['x', `y\r\n\r\nGET ${names.prefix(b)}/${MARK} HTTP/1.1\r\nHost: h\r\n\r\n`]]),
    ),
    'a line end in a name': request(1, fieldsTo(names, a, [['x\r\ny: z', 'a']])),
    'a NUL in a value': request(1, fieldsTo(names, a, [['x', 'a\0b']])),
    'a request in the path': request(1, [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':authority', names.host(a)],
      [
        ':path',
        `${names.prefix(a)}/${MARK} HTTP/1.1\r\nHost: ${names.host(b)}\r\n\r\nGET ${names.prefix(b)}/${MARK}`,
      ],
    ]),
    'a request in the method': request(
      1,
      fieldsTo(names, a, [], `GET ${names.prefix(a)}/${MARK} HTTP/1.1\r\nX: y`),
    ),
    'a path without a slash': request(1, [...to.slice(0, 3), [':path', `x${MARK}`]]),
    'an empty path': request(1, [...to.slice(0, 3), [':path', '']]),
    'no path': request(1, to.slice(0, 3)),
    'two paths': request(1, [...to, [':path', `${names.prefix(b)}/${MARK}`]]),
    'two authorities': request(1, [...to, [':authority', names.host(b)]]),
    'another host': request(1, fieldsTo(names, a, [['host', names.host(b)]])),
    'no authority and a host': request(1, [...to.slice(0, 2), ...to.slice(3), ['host', names.host(a)]]),
    'an unknown pseudo-field': request(1, [...to, [':protocol', 'websocket']]),
    'a pseudo-field behind a field': request(1, [['x', 'y'], ...to]),
    CONNECT: request(1, [
      [':method', 'CONNECT'],
      [':authority', names.host(b)],
    ]),
    'trailers with a path':
      head(1, post([]), endHeaders) + head(1, [[':path', `${names.prefix(b)}/${MARK}`]]),
    'trailers with framing':
      head(1, post([]), endHeaders) +
      frame(TYPES.data, 0, 1, 'hello') +
      head(1, [
        ['content-length', '50'],
        ['x-tessera-caller-id', 'root'],
      ]),
    'a second head without an end': head(1, post([]), endHeaders) + head(1, [['x', 'y']], endHeaders),
    'forged origin': request(
      1,
      fieldsTo(names, a, [
        ['x-tessera-caller-id', 'root'],
        ['x_tessera_caller_id', 'root'],
        ['x-forwarded-for', '6.6.6.6'],
        ['forwarded', 'for=6.6.6.6'],
      ]),
    ),
    'a body that does not come': head(1, post([['content-length', '500']]), endHeaders),
    'half a frame': good + frame(TYPES.headers, endHeaders, 3, block(to)).slice(0, 30),
    'a cookie in many parts': request(
      1,
      fieldsTo(names, a, Array(200).fill(['cookie', 'a=b']) as [string, string][]),
    ),
    'a request of HTTP/1.1 behind it': `${good}GET ${names.prefix(b)}/${MARK} HTTP/1.1\r\nHost: ${names.host(b)}\r\n\r\n`,
  };
  const whole: Readonly<Record<string, string>> = {
    'no settings': PREFACE + good,
    'a preface in small letters': PREFACE.toLowerCase() + settings() + good,
    'a preface of another version': PREFACE.replace('2.0', '3.0') + settings() + good,
    'a preface that ends otherwise': PREFACE.replace('SM', 'XX') + settings() + good,
    'a preface cut off': PREFACE.slice(0, 20),
    'a preface twice': PREFACE + PREFACE + settings() + good,
    'nothing behind the preface': PREFACE,
    'zeros behind the preface': PREFACE + '\0'.repeat(50_000),
    'ones behind the preface': PREFACE + '\xff'.repeat(50_000),
    ...Object.fromEntries(Object.entries(begun).map(([name, bytes]) => [name, start + bytes])),
  };
  return Object.entries(whole).flatMap(([name, bytes]) =>
    (['wait', 'gone'] as const).map((ending) => ({
      name: `HTTP/2: ${name} (${ending})`,
      script: { bytes, cuts: [], ending, workloads: [a] },
    })),
  );
}
