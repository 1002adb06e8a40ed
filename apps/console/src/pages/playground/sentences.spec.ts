import fc from 'fast-check';
import { sentencesAfter } from './sentences';

it.each([
  ['Once upon a time', 0, false, ''],
  ['It was. Then it', 0, false, 'It was. '],
  ['It was. Then it was not! And', 8, false, 'Then it was not! '],
  ['Version 1.5 is', 0, false, ''],
  ['- one\n- two', 0, false, '- one\n'],
  ['It was. Then it', 8, true, 'Then it'],
])('of %j after %i (ended: %s) reads %j', (text, heard, ended, sentences) => {
  expect(sentencesAfter(text, heard, ended)).toBe(sentences);
});

it('reads every character once, in order, however the text grows', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b. ', '! ', '.', '\n')), (parts) => {
      const [text, heard] = parts.reduce<readonly [text: string, heard: string]>(
        ([grown, before], part) => [
          grown + part,
          before + sentencesAfter(grown + part, before.length, false),
        ],
        ['', ''],
      );
      expect(heard + sentencesAfter(text, heard.length, true)).toBe(text);
    }),
  );
});
