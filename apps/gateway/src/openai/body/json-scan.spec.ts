import { usedMemory } from '@tessera/testing-services/memory';
import { joined, within } from './chunks';
import { JsonScan } from './json-scan';

const pieces = (text: string, size: number): Buffer[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
};

const membersOf = (chunks: readonly Buffer[]): Record<string, string> => {
  const scan = new JsonScan();
  for (const chunk of chunks) scan.feed(chunk);
  return Object.fromEntries(
    [...scan.members].map(([key, span]) => [key, joined(within(chunks, span)).toString()]),
  );
};

describe('the scan of a JSON object', () => {
  it.each([
    { name: 'plain', text: '{"a":"x","model":"m","n":1}', members: { a: '"x"', model: '"m"', n: '1' } },
    {
      name: 'spaced',
      text: ' {\n "a" : [1, {"model": 2}] ,"b":null } ',
      members: { a: '[1, {"model": 2}]', b: 'null' },
    },
    {
      name: 'quotes, brackets and escapes in strings',
      text: String.raw`{"a":"}\"],{\\","model":"m\\"}`,
      members: { a: String.raw`"}\"],{\\"`, model: String.raw`"m\\"` },
    },
    { name: 'a key with escapes', text: String.raw`{"mod\u0065l":"m"}`, members: { model: '"m"' } },
    { name: 'a repeated key', text: '{"model":"a","model":"b"}', members: { model: '"b"' } },
    { name: 'text of many bytes', text: '{"täxt":"日本","b":true}', members: { täxt: '"日本"', b: 'true' } },
    { name: 'an empty object', text: '{}', members: {} },
    { name: 'a list', text: '[{"model":"m"}]', members: {} },
    { name: 'no JSON', text: 'model=m', members: {} },
    { name: 'a value that has not ended', text: '{"a":1,"model":"m', members: { a: '1' } },
  ])('finds the members at the top, wherever chunks end: $name', ({ text, members }) => {
    for (let size = 1; size <= 8; size += 1) expect(membersOf(pieces(text, size))).toEqual(members);
  });

  describe('takes little memory, whatever it reads', () => {
    const MIB = 1024 * 1024;
    const grownBy = (feed: (scan: JsonScan) => void): number => {
      const before = usedMemory();
      const scan = new JsonScan();
      feed(scan);
      const grown = usedMemory() - before;
      expect(scan.ended).toBe(false);
      return grown;
    };

    it('a key without end', () => {
      const grown = grownBy((scan) => {
        scan.feed(Buffer.from('{"'));
        for (let index = 0; index < 200_000; index += 1) scan.feed(Buffer.from('x'));
      });
      expect(grown).toBeLessThan(MIB);
    });

    it('members without end, behind which the model is found', () => {
      let model: unknown;
      const grown = grownBy((scan) => {
        scan.feed(Buffer.from('{"first":1'));
        for (let index = 0; index < 200_000; index += 1) scan.feed(Buffer.from(`,"k${index}":1`));
        scan.feed(Buffer.from(',"model":"m","last":1'));
        model = scan.members.get('model');
      });
      expect(model).toBeDefined();
      expect(grown).toBeLessThan(MIB);
    });
  });
});
