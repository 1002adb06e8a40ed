import fc from 'fast-check';
import {
  chunk,
  CODING_NAME,
  CODING_VALUE,
  FIELD,
  host,
  LAST_CHUNK,
  LENGTH_VALUE,
  LINE_END,
  MARK,
  METHOD,
  mostly,
  pick,
  target,
  VERSION,
  type Names,
} from './odd-parts';

/** What a client does on one connection. */
export interface Script {
  /** Bytes, one per character. {@link MARK} stands where the number of the connection goes. */
  readonly bytes: string;
  /** Places at which the bytes are cut into packets. */
  readonly cuts: readonly number[];
  /** What the client does then: it waits, sends no more but reads, or is gone. */
  readonly ending: 'wait' | 'half' | 'gone';
}

/** Framing fields and the bytes after the head. */
const framed = (content: fc.Arbitrary<string>): fc.Arbitrary<readonly [fields: string, body: string]> =>
  content.chain((data) => {
    const size = data.length;
    const whole = fc.tuple(chunk(data), LAST_CHUNK).map(([one, last]) => one + last);
    const lengths = mostly(pick(`${size}`), LENGTH_VALUE(size), 1);
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant(['', ''] as const) },
      { weight: 3, arbitrary: fc.constant([`Content-Length: ${size}\r\n`, data] as const) },
      { weight: 2, arbitrary: lengths.map((length) => [`Content-Length: ${length}\r\n`, data] as const) },
      { weight: 3, arbitrary: whole.map((body) => ['Transfer-Encoding: chunked\r\n', body] as const) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(CODING_NAME, CODING_VALUE, whole)
          .map(([name, value, body]) => [`${name}: ${value}\r\n`, body] as const),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(CODING_NAME, CODING_VALUE, lengths, whole, fc.boolean(), fc.boolean())
          .map(([name, value, length, chunks, first, asChunks]) => {
            const [one, two] = [`Content-Length: ${length}\r\n`, `${name}: ${value}\r\n`];
            return [first ? one + two : two + one, asChunks ? chunks : data] as const;
          }),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(lengths, lengths)
          .map(([one, two]) => [`Content-Length: ${one}\r\nContent-Length: ${two}\r\n`, data] as const),
      },
    );
  });

/** One request; `inner` may be hidden in its body. */
const request = (names: Names, inner: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const content = fc.oneof(
    { weight: 2, arbitrary: pick('', 'x', 'hello, world', '{"model":"x"}', '\0\xff\r\n\r\n', '0\r\n\r\n') },
    { weight: 2, arbitrary: inner },
  );
  return fc
    .record({
      method: METHOD,
      target: target(names),
      version: VERSION,
      host: host(names),
      fields: fc.array(FIELD, { maxLength: 3 }),
      framed: framed(content),
      end: LINE_END,
      before: mostly(pick(''), pick('\r\n', '\n', ' ', '\0', '\r\n\r\n\r\n'), 20),
      space: mostly(pick(' '), pick('\t', '  ', '\x0b', ''), 24),
    })
    .map(({ method, target: to, version, host: of, fields, framed: [framing, body], end, before, space }) => {
      const lines = [of, ...fields].filter((line) => line !== '').map((line) => `${line}${end}`);
      const start = [method, to, version].filter((part) => part !== '').join(space);
      return `${before}${start}${end}${lines.join('')}${framing}${end}${body}`;
    });
};

/** Bodies of requests to models: of one, of none, of both, and of something else. */
const MODEL_BODY = mostly(
  pick('a', 'b', 'bench/a', 'bench/b').map((model) => JSON.stringify({ model, messages: [] })),
  pick(
    '{"model":"a","stream":true,"messages":[]}',
    '{"stream":true,"prompt":"\\"model\\":\\"b\\"","model":"a"}',
    '{"model":"b","model":"a"}',
    '{"model":"a","\\u006dodel":"b"}',
    '{"model":"\\u0061"}',
    '{"x":{"model":"b"},"model":"a","stream":true}',
    '{"model":"c"}',
    '{"model":"bench/../a"}',
    '{"model":"a\\u0000"}',
    '{"model":["a"]}',
    '{"model":"a"',
    '{"model":"a"}}',
    '\xef\xbb\xbf{"model":"a"}',
    '{"model":"a","x":"\xff\xc3\x28"}',
    '[{"model":"a"}]',
    '"a"',
    '',
    '{"messages":"' + 'x'.repeat(20_000) + '","model":"b","stream":true}',
    '['.repeat(5_000),
    '{"model":"a","x":' + '{"y":'.repeat(2_000) + '1' + '}'.repeat(2_000) + '}',
  ),
  2,
);

/** A request to the endpoint for all models. */
const modelRequest = (names: Names): fc.Arbitrary<string> =>
  fc
    .record({
      method: mostly(pick('POST'), pick('GET', 'OPTIONS', 'HEAD', 'PUT'), 7),
      path: mostly(
        pick('/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/responses'),
        pick(
          '/v1',
          '/v1/',
          '/v1/models',
          '/v1/models/a',
          '/v1//chat/completions',
          '/v1/../bench/b/',
          '/v1/%63ompletions',
        ),
        5,
      ),
      host: mostly(pick(`Host: ${names.models}`), host(names), 9),
      fields: fc.array(FIELD, { maxLength: 2 }),
      framed: framed(MODEL_BODY),
    })
    .map(({ method, path, host: of, fields, framed: [framing, body] }) => {
      const lines = [of, ...fields].filter((line) => line !== '').map((line) => `${line}\r\n`);
      return `${method} ${path}?${MARK} HTTP/1.1\r\n${lines.join('')}${framing}\r\n${body}`;
    });

/** Connections with a few requests each, wrong in a few places. */
export function scripts(names: Names): fc.Arbitrary<Script> {
  const plain = request(names, fc.constant('x'));
  const [, b] = names.workloads;
  const hidden = pick(
    `GET ${names.prefix(b)}/${MARK}/hidden HTTP/1.1\r\nHost: ${names.host(b)}\r\n\r\n`,
    `0\r\n\r\nGET ${names.prefix(b)}/${MARK}/hidden HTTP/1.1\r\nHost: ${names.host(b)}\r\nX: `,
  );
  return fc
    .record({
      requests: fc.array(mostly(request(names, fc.oneof(hidden, plain)), modelRequest(names), 2), {
        minLength: 1,
        maxLength: 4,
      }),
      cuts: fc.array(fc.nat(2_000), { maxLength: 3 }),
      tail: mostly(pick(''), pick('\0', 'GET ', '\r\n', '\x16\x03\x01\x02\0\x01', 'x'.repeat(70_000)), 9),
      ending: mostly(pick<Script['ending']>('half', 'wait'), pick<Script['ending']>('gone'), 5),
      keep: mostly(pick(1), fc.double({ min: 0.05, max: 0.99, noNaN: true }), 9),
    })
    .map(({ requests, cuts, tail, ending, keep }) => {
      const bytes = requests.join('') + tail;
      return { bytes: bytes.slice(0, Math.ceil(bytes.length * keep)), cuts, ending };
    });
}
