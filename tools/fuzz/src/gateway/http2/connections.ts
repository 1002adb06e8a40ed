import fc from 'fast-check';
import { MARK, mostly, pick, type Names } from '../odd-parts';
import { FLAGS, frame, PREFACE, request, settings, TYPES, type Fields } from './frames';
import { fieldsTo, type FrameScript } from './script';

const ODD_FIELDS = pick<readonly [string, string]>(
  ['x-a', 'b'],
  ['cookie', 'a=b'],
  ['content-length', '5'],
  ['content-length', '0'],
  ['connection', 'close'],
  ['te', 'trailers'],
  ['expect', '100-continue'],
  ['transfer-encoding', 'chunked'],
  ['x-tessera-caller-id', 'root'],
  ['x-forwarded-for', '6.6.6.6'],
  ['content-type', 'application/grpc'],
  ['grpc-timeout', '1S'],
  ['x', `${'y'.repeat(8_000)}`],
  ['X', 'y'],
  ['host', 'other.example'],
  [':path', `/${MARK}`],
  ['x', 'a\r\nb'],
);

/** A request in a stream that follows those before it, mostly. */
const proper = (names: Names, stream: number): fc.Arbitrary<string> =>
  fc
    .record({
      workload: pick(...names.workloads),
      method: mostly(pick('GET', 'POST', 'PUT'), pick('HEAD', 'OPTIONS', 'CONNECT', '', 'G T'), 9),
      more: fc.array(ODD_FIELDS, { maxLength: 3 }),
      body: fc.option(pick('hello', '', '{"model":"x"}', 'x'.repeat(20_000)), { nil: undefined }),
    })
    .map(({ workload, method, more, body }) =>
      request(stream, fieldsTo(names, workload, more as Fields, method), body?.slice(0, 16_384)),
    );

/** A frame of any kind with any flags; what it holds names no workload. */
const anyFrame = (stream: number): fc.Arbitrary<string> =>
  fc
    .record({
      type: fc.integer({ min: 0, max: 12 }),
      flags: fc.oneof(pick(0, FLAGS.endStream, FLAGS.endHeaders, 5), fc.nat(255)),
      on: pick(0, stream, stream + 2, Math.max(1, stream - 2), 2, 2 ** 31 - 1),
      payload: fc.oneof(
        fc.array(fc.nat(255), { maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes)),
        pick('', '\0'.repeat(4), '\0'.repeat(5), '\0'.repeat(8), '\xff'.repeat(6), '\x82\x86\x84'),
      ),
      lie: mostly(pick(0), pick(1, -1, 16_000, 70_000), 12),
      times: mostly(pick(1), pick(50, 500), 9),
    })
    .map(({ type, flags, on, payload, lie, times }) =>
      frame(type, flags, on, payload, Math.max(0, payload.length + lie)).repeat(times),
    );

/** Connections of a few requests and frames, wrong in a few places. */
export function frameScripts(names: Names): fc.Arbitrary<FrameScript> {
  const streams = [1, 3, 5, 7, 9];
  const parts = streams.map((stream) =>
    fc.oneof({ weight: 2, arbitrary: proper(names, stream) }, { weight: 1, arbitrary: anyFrame(stream) }),
  );
  return fc
    .record({
      parts: fc.tuple(...parts),
      count: fc.integer({ min: 1, max: parts.length }),
      start: mostly(
        pick(PREFACE + settings()),
        pick(PREFACE, PREFACE.slice(0, 18), PREFACE + settings([4, 0])),
        12,
      ),
      reset: mostly(pick(''), pick(frame(TYPES.reset, 0, 1, '\0\0\0\x08')), 6),
      cuts: fc.array(fc.nat(2_000), { maxLength: 3 }),
      ending: mostly(pick<FrameScript['ending']>('wait'), pick<FrameScript['ending']>('gone'), 5),
      keep: mostly(pick(1), fc.double({ min: 0.05, max: 0.99, noNaN: true }), 6),
    })
    .map(({ parts: all, count, start, reset, cuts, ending, keep }) => {
      const bytes = start + all.slice(0, count).join('') + reset;
      return {
        bytes: bytes.slice(0, Math.ceil(bytes.length * keep)),
        cuts,
        ending,
        workloads: names.workloads,
      };
    });
}
