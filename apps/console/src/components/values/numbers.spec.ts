import { memory, number, percent } from './numbers';

it('writes numbers, shares and memory for people', () => {
  expect([number(1234.567), number(0.25), percent(1, 3), percent(1, 0)]).toEqual([
    '1,234.57',
    '0.25',
    '33 %',
    '–',
  ]);
  expect([memory(0), memory(512), memory(40_960), memory(2_097_152)]).toEqual([
    '0 MiB',
    '512 MiB',
    '40 GiB',
    '2 TiB',
  ]);
});
