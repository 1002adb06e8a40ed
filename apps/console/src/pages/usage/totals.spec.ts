import { totalsOf, type Row } from './totals';

const row = (amounts: Partial<Row>): Row => amounts as Row;

it('adds up rows, and leaves out what is known of none', () => {
  expect(totalsOf([row({ allocatedGpuHours: 1, usedGpuHours: 0.5 }), row({ allocatedGpuHours: 2 })])).toEqual(
    {
      allocatedGpuHours: 3,
      usedGpuHours: 0.5,
    },
  );
});

it('is nothing of no rows', () => {
  expect(totalsOf([])).toEqual({});
});
