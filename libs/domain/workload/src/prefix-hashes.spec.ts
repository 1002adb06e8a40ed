import fc from 'fast-check';
import { prefixHashes, textHash } from './prefix-hashes';

const BLOCKS = { size: 4, most: 8 };

describe('the hashes of the beginnings of a text', () => {
  it('are as many as it has whole blocks, up to the most', () => {
    const counts = ['', 'abc', 'abcd', 'abcdefg', 'x'.repeat(400)].map(
      (text) => prefixHashes(text, BLOCKS).length,
    );
    expect(counts).toEqual([0, 0, 1, 1, 8]);
  });

  it('are equal for as many blocks as two texts share, and no longer', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 24 }), fc.string(), fc.string(), (shared, one, other) => {
        const [first, second] = [shared + one, shared + other];
        const [left, right] = [prefixHashes(first, BLOCKS), prefixHashes(second, BLOCKS)];
        left.forEach((hash, index) => {
          const end = (index + 1) * BLOCKS.size;
          if (end > second.length) return;
          expect(hash === right[index]).toBe(first.slice(0, end) === second.slice(0, end));
        });
      }),
    );
  });

  it('are others with another salt', () => {
    const of = (salt: string) => prefixHashes('the same text', { ...BLOCKS, salt });
    expect(of('a').some((hash) => of('b').includes(hash))).toBe(false);
    expect(of('a')).toEqual(of('a'));
  });
});

it('hashes of a hundred thousand similar texts are safe integers and all differ', () => {
  const hashes = Array.from({ length: 100_000 }, (_, index) => textHash(`session-${index}`));
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashes.every((hash) => Number.isSafeInteger(hash) && hash >= 0)).toBe(true);
});
