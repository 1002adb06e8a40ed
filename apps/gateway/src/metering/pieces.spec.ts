import fc from 'fast-check';
import { usedMemory } from '@tessera/testing-services/memory';
import { Meter } from './meter';
import { delta, EVENTS, inOne, JSON_TYPE, measured, ofStream, USAGE, USAGE_EVENT } from './testing';

/** Cuts the bytes anywhere. */
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
function cut(text: string, lengths: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  chunks.push(bytes.subarray(at));
  return chunks.filter(({ length }) => length > 0);
}

const event = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).map(delta),
  fc.string({ maxLength: 12 }).map((content) => ({ ...delta(content), usage: null })),
  fc.constant(USAGE_EVENT),
  fc.constant('[DONE]'),
  fc.integer({ min: 16_300, max: 16_500 }).map((length) => delta('x'.repeat(length))),
);
const line = fc.oneof(
  fc.array(event, { maxLength: 8 }).map((events) => ofStream(...events)),
  fc.constantFrom(
    ': keep alive\n\n',
    'event: ping\n',
    '\n',
    '\r\n',
    'data: {"usage":{"prompt_tokens":',
    '"usage"',
  ),
);
const streams = fc.array(line, { maxLength: 6 }).map((lines) => lines.join(''));

describe('an answer in pieces', () => {
  it.each([false, true])('of a stream gives the same, wherever it is cut; usage hidden: %s', (hidesUsage) => {
    fc.assert(
      fc.property(streams, cuts, (text, lengths) => {
        const whole = measured({ hidesUsage, chunks: inOne(text) });
        const pieces = measured({ hidesUsage, chunks: cut(text, lengths) });
        expect(pieces.sent).toBe(whole.sent);
        expect(pieces.measured?.tokens).toEqual(whole.measured?.tokens);
        if (!hidesUsage) expect(pieces.sent).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('of JSON gives the same, wherever it is cut', () => {
    const part = fc.oneof(
      fc.json(),
      fc.constantFrom(
        '"usage"',
        '"usage" : {',
        `"usage":${JSON.stringify(USAGE)}`,
        '"usa',
        'ge"',
        '":',
        '"usage":null',
        '{"output_tokens":4}',
      ),
    );
    const texts = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, cuts, (text, lengths) => {
        const whole = measured({ headers: JSON_TYPE, chunks: inOne(text) });
        const pieces = measured({ headers: JSON_TYPE, chunks: cut(text, lengths) });
        expect(pieces.sent).toBe(text);
        expect(pieces.measured?.tokens).toEqual(whole.measured?.tokens);
      }),
      { numRuns: 500 },
    );
  });

  it('never waits for more than the line that has begun', () => {
    const meter = new Meter({
      endpoint: 'chat/completions',
      hidesUsage: true,
      promptTokens: () => 0,
      now: () => 0,
    });
    meter.head(200, [...EVENTS]);
    const text = ofStream(delta('a'));
    expect(meter.data(Buffer.from(`${text}data: {"id`))?.toString()).toBe(text);
    expect(meter.data(Buffer.from('":1}\n'))?.toString()).toBe('data: {"id":1}\n');
    expect(meter.data(Buffer.from('\n'))?.toString()).toBe('\n');
  });

  it('keeps little of a line or an answer that does not end', () => {
    const chunk = Buffer.alloc(65_536, 'x');
    for (const headers of [EVENTS, JSON_TYPE])
      for (const hidesUsage of [true, false]) {
        const meter = new Meter({
          endpoint: 'chat/completions',
          hidesUsage,
          promptTokens: () => 0,
          now: () => 0,
        });
        meter.head(200, [...headers]);
        let sent = 0;
        const before = usedMemory();
        for (let index = 0; index < 4_096; index += 1) sent += meter.data(Buffer.from(chunk))?.length ?? 0;
        expect(sent).toBe(4_096 * chunk.length);
        // A quarter of what went through.
        expect(usedMemory() - before).toBeLessThan(64 * 1_048_576);
        // Used here, so that it was not collected before.
        expect(meter.data(Buffer.from(chunk))).toHaveLength(chunk.length);
      }
  });
});
