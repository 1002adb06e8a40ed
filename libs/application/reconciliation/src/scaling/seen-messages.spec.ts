import { SeenMessages } from './seen-messages';

describe('a message of a gateway', () => {
  it('is new once', () => {
    const seen = new SeenMessages();
    expect([1, 1, 3, 2, 3, 4].map((sequence) => seen.isNew('report', 'a', sequence))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('is numbered by gateway and kind', () => {
    const seen = new SeenMessages();
    expect(seen.isNew('report', 'a', 1)).toBe(true);
    expect(seen.isNew('wake', 'a', 1)).toBe(true);
    expect(seen.isNew('report', 'b', 1)).toBe(true);
  });

  it('is remembered for thousands of gateways, and memory is bounded', () => {
    const seen = new SeenMessages();
    for (let gateway = 0; gateway < 10_001; gateway += 1) seen.isNew('wake', String(gateway), 1);
    expect(seen.isNew('wake', '1', 1)).toBe(false);
    expect(seen.isNew('wake', '0', 1)).toBe(true);
  });
});
