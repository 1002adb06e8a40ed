import { milliOf, quantity } from './quantity';

it.each([
  ['1.5', 1.5],
  ['250m', 0.25],
  ['100n', 1e-7],
  ['2Gi', 2 * 2 ** 30],
  ['1e3', 1_000],
  [4, 4],
  [' 1 ', 1],
  ['1x', undefined],
  [undefined, undefined],
])('the value of %j is %j', (text, value) => {
  expect(quantity(text)).toBe(value);
});

it.each([
  ['1', 1_000],
  ['0.1', 100],
  ['100n', 1],
  ['1Ki', 1_024_000],
  ['1x', 0],
])('%s is %i thousandths, rounded up', (text, milli) => {
  expect(milliOf(text)).toBe(milli);
});
