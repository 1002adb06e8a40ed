import fc from 'fast-check';
import { partsOf } from './parts';

describe('the parts of a limit', () => {
  it.each([
    { why: 'the only gateway has all of it', limit: 60, demands: [5], parts: [60] },
    { why: 'without demand they are equal', limit: 60, demands: [0, 0, 0], parts: [20, 20, 20] },
    { why: 'equal demand has equal parts', limit: 60, demands: [100, 100], parts: [30, 30] },
    { why: 'one with all the demand has nearly all', limit: 100, demands: [1_000, 0, 0], parts: [96, 2, 2] },
    { why: 'one with less demand than its part has that', limit: 100, demands: [1_000, 10], parts: [90, 10] },
    { why: 'what nobody asks for is spread', limit: 100, demands: [50, 10], parts: [70, 30] },
    { why: 'fewer than gateways go to those that are asked', limit: 2, demands: [0, 9, 0], parts: [0, 2, 0] },
  ])('$why', ({ limit, demands, parts }) => {
    expect(partsOf(limit, demands)).toEqual(parts);
  });

  it('add up to the limit, and give nobody less than the smaller of demand and an equal part', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 8 }),
      (limit, demands) => {
        const parts = partsOf(limit, demands);
        expect(parts.reduce((sum, one) => sum + one, 0)).toBe(limit);
        const equal = (limit * 0.95) / demands.length;
        demands.forEach((demand, index) =>
          expect(parts[index]).toBeGreaterThanOrEqual(Math.floor(Math.min(demand, equal)) - 1),
        );
      },
    );
    fc.assert(property, { seed: 20_261_130, numRuns: 500 });
  });
});
