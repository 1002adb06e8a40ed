import fc from 'fast-check';
import { lastLines, piecesOf } from './log-lines';

describe('a line of a log that is searched', () => {
  it('is marked wherever the text stands, in any case', () => {
    expect(piecesOf('GET /a get', 'get').map(({ text, isFound }) => (isFound ? `[${text}]` : text))).toEqual([
      '[GET]',
      ' /a ',
      '[get]',
    ]);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (line, wanted) => {
        expect(
          piecesOf(line, wanted)
            .map(({ text }) => text)
            .join(''),
        ).toBe(line);
      }),
    );
  });
});

it('keeps the last lines that are whole', () => {
  expect([lastLines('one\ntwo\nthree', 8), lastLines('one\ntwo', 20)]).toEqual(['three', 'one\ntwo']);
});
