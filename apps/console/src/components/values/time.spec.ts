import { duration, relative } from './time';

const MINUTE = 60_000;

it.each([
  [0, 'just now'],
  [-30_000, '30 sec. ago'],
  [-5 * MINUTE, '5 min. ago'],
  [-119 * MINUTE, '1 hr. ago'],
  [2 * MINUTE, 'in 2 min.'],
  [-3 * 24 * 60 * MINUTE, '3 days ago'],
])('is %i ms from now: %s', (offset, text) => {
  expect(relative(1e12 + offset, 1e12)).toBe(text);
});

it.each([
  [850, '850 ms'],
  [2_340, '2.3 s'],
  [42_000, '42 s'],
  [125_000, '2 min 5 s'],
  [7_500_000, '2 h 5 min'],
  [200_000_000, '2 d 7 h'],
])('takes %i ms: %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
