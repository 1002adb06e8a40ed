import { formatValue } from './format-value';

describe('a value as text', () => {
  it.each([
    [85, '85'],
    [0.5, '0.5'],
    [0.1 + 0.2, '0.3'],
    [1e-9, '0'],
    [-1e-9, '0'],
    [80_530_636_800, '80530636800'],
    [1e22, '10000000000000000000000'],
    [100, '100'],
    [NaN, undefined],
    [Infinity, undefined],
  ])('%d is %s', (value, want) => expect(formatValue(value)).toBe(want));
});
