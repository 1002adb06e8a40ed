import fc from 'fast-check';
import { KeptChunks } from './chunks';

const kept = (chunks: readonly Buffer[]): readonly Buffer[] => {
  const all = new KeptChunks();
  for (const chunk of chunks) all.add(chunk);
  return all.chunks;
};

describe('the chunks of a body', () => {
  it('are its bytes, in their order', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20_000 })));
    fc.assert(
      fc.property(sizes, (lengths) => {
        const chunks = lengths.map((length, index) => Buffer.alloc(length, index));
        expect(Buffer.concat(kept(chunks)).equals(Buffer.concat(chunks))).toBe(true);
      }),
    );
  });

  it('stay as they are where they are long, or one', () => {
    for (const chunks of [[Buffer.from('x')], [Buffer.alloc(2_000), Buffer.alloc(5_000)]])
      expect(kept(chunks).map((chunk, index) => chunk === chunks[index])).not.toContain(false);
  });

  it('are few, however short they come', () => {
    expect(kept(Array.from({ length: 100_000 }, () => Buffer.from('x'))).length).toBeLessThan(10);
  });
});
