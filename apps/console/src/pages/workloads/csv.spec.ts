import { csvOf } from './csv';

describe('the table of a list', () => {
  it('quotes the cells that need it', () => {
    expect(csvOf(['a', 'b'], [['say "x"', 'one,two']])).toBe('a,b\r\n"say ""x""","one,two"\r\n');
  });

  it.each(['=1+1', '\uFF1D1+1', ' =1'])('has no cell that a spreadsheet would compute: %s', (text) => {
    expect(csvOf(['a'], [[text]])).toBe(`a\r\n"'${text}"\r\n`);
  });

  it('leaves numbers as they are', () => {
    expect(csvOf(['a', 'b'], [['-1', '']])).toBe('a,b\r\n-1,\r\n');
  });
});
