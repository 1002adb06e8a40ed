import fc from 'fast-check';
import { timestamp } from './timestamp';

it('writes an instant as the standard library does', () => {
  const written = fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (at) =>
    expect(timestamp(at)).toBe(new Date(at).toISOString()),
  );
  fc.assert(written, { examples: [[0], [86_399_999], [86_400_000], [-1], [1_767_225_599_999]] });
});
