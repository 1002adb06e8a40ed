import fc from 'fast-check';
import {
  capacityMiB,
  compareQuantities,
  parseQuantity,
  quantityOfNumber,
  requestMiB,
  requestMilli,
  type Quantity,
} from './quantity';

const read = (text: string): Quantity => {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`${text} was not read`);
  return quantity;
};

describe('quantities', () => {
  it.each([
    ['10M', 10, 9],
    ['20M', 20, 19],
    ['1G', 954, 953],
    ['0.5Gi', 512, 512],
    ['1', 1, 0],
    ['10m', 1, 0],
    ['1e9', 954, 953],
    ['1E', 953_674_316_407, 953_674_316_406],
    ['100Mi', 100, 100],
    ['.5Mi', 1, 0],
    ['1.Mi', 1, 1],
  ])('%s is %d MiB as a request and %d MiB as a capacity', (text, request, capacity) => {
    expect(requestMiB(read(text))).toBe(request);
    expect(capacityMiB(read(text))).toBe(capacity);
  });

  it.each(['', 'abc', '10MB', 'M', '1..2', '1Zi', '1e', '0x10', ' 1', '1 Gi', '1e999', '9'.repeat(65)])(
    'refuses %j',
    (text) => expect(parseQuantity(text)).toBeUndefined(),
  );

  it.each([
    [0.07, 70],
    [0.1, 100],
    [0.5, 500],
    [0.0001, 1],
    [1, 1000],
    [1e-7, 1],
  ])('takes the number %d for %d thousandths, without the noise of binary fractions', (value, milli) => {
    const quantity = quantityOfNumber(value);
    expect(quantity && requestMilli(quantity)).toBe(milli);
  });

  it('never makes 0 of a positive request, and never more of a capacity than there is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.constantFrom('', 'm', 'u', 'n', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'),
        (count, suffix) => {
          const quantity = read(`${count}${suffix}`);
          expect(requestMiB(quantity)).toBeGreaterThan(0);
          expect(capacityMiB(quantity)).toBeLessThanOrEqual(requestMiB(quantity));
        },
      ),
    );
  });

  it('compares across units', () => {
    expect(compareQuantities(read('1Gi'), read('1G'))).toBeGreaterThan(0);
    expect(compareQuantities(read('1000M'), read('1G'))).toBe(0);
    expect(compareQuantities(read('-1'), read('0'))).toBeLessThan(0);
  });
});
