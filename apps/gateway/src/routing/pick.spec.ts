import fc from 'fast-check';
import { pickLeastBusy } from './pick';

const busy = (...counts: readonly number[]) => counts.map((inFlight, name) => ({ name, inFlight }));

describe('the choice of a replica', () => {
  it.each([
    { counts: [3, 1, 2], turn: 0, chosen: 1 },
    { counts: [0, 0, 0], turn: 0, chosen: 0 },
    { counts: [0, 0, 0], turn: 1, chosen: 1 },
    { counts: [0, 0, 0], turn: 5, chosen: 2 },
    { counts: [2, 1, 1], turn: 0, chosen: 1 },
    { counts: [2, 1, 1], turn: 2, chosen: 2 },
    { counts: [], turn: 3, chosen: undefined },
  ])('of $counts at turn $turn is $chosen', ({ counts, turn, chosen }) => {
    expect(pickLeastBusy(busy(...counts), turn)?.name).toBe(chosen);
  });

  it('spreads requests that never end so that no two replicas differ by more than one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 60 }), (replicas, requests) => {
        const counts = busy(...Array<number>(replicas).fill(0));
        for (let turn = 0; turn < requests; turn += 1) {
          const chosen = pickLeastBusy(counts, turn);
          if (chosen !== undefined) chosen.inFlight += 1;
        }
        const loads = counts.map(({ inFlight }) => inFlight);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
