import { numberBetween, oneOf, positiveInteger, positiveIntegers, someOf } from './options';

const fruit = ['apple', 'pear'] as const;

describe('options of the benchmarks', () => {
  it.each<[string, () => unknown, unknown]>([
    ['a count', () => positiveInteger('12'), 12],
    ['counts', () => positiveIntegers('1,10,100'), [1, 10, 100]],
    ['a number within its bounds', () => numberBetween(0.2, 600, 'Seconds')('0.2'), 0.2],
    ['a name', () => oneOf('fruit', fruit)('pear'), 'pear'],
    ['names', () => someOf('fruit', fruit)('pear,apple'), ['pear', 'apple']],
  ])('are %s', (_what, parse, want) => {
    expect(parse()).toEqual(want);
  });

  it.each<[string, () => unknown, string]>([
    ['no count', () => positiveInteger('0'), 'A positive integer is needed.'],
    ['a part of a count', () => positiveInteger('1.5'), 'A positive integer is needed.'],
    ['an empty place in a list', () => positiveIntegers('1,,2'), 'A positive integer is needed.'],
    ['too much', () => numberBetween(0.2, 600, 'Seconds')('601'), 'Seconds from 0.2 to 600 are needed.'],
    ['nothing', () => numberBetween(0, 600, 'Seconds')(''), 'Seconds from 0 to 600 are needed.'],
    ['an unknown name', () => oneOf('fruit', fruit)('plum'), 'Known fruit: apple, pear.'],
    ['an unknown name in a list', () => someOf('fruit', fruit)('pear,plum'), 'Known fruit: apple, pear.'],
  ])('refuse %s', (_what, parse, message) => {
    expect(parse).toThrow(message);
  });
});
