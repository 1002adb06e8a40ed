import fc from 'fast-check';
import { OpenRequests } from './open-requests';

/** How many of so many requests of a caller are let in. */
const entering = (open: OpenRequests, caller: string, count: number): number =>
  Array.from({ length: count }, () => open.enter(caller)).filter(Boolean).length;

describe('open requests', () => {
  it('of one caller are at most four fifths of all, of two four ninths each, so that others get some', () => {
    const open = new OpenRequests(900);
    expect(entering(open, 'a', 2_000)).toBe(720);
    expect(entering(open, 'b', 20)).toBe(20);
    const two = new OpenRequests(900);
    for (let index = 0; index < 900; index += 1) for (const caller of ['a', 'b']) two.enter(caller);
    expect(entering(two, 'c', 1)).toBe(1);
  });

  it('are accepted again when others end', () => {
    const open = new OpenRequests(5);
    expect(entering(open, 'a', 9)).toBe(4);
    open.leave('a');
    expect(entering(open, 'a', 9)).toBe(1);
    for (let index = 0; index < 9; index += 1) open.leave('a');
    expect(entering(open, 'b', 9)).toBe(4);
  });

  it('are never more than the bound', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.record({ caller: fc.nat(5), enters: fc.boolean() }), { maxLength: 300 }),
      (limit, steps) => {
        const open = new OpenRequests(limit);
        const counts = new Map<number, number>();
        for (const { caller, enters } of steps) {
          const own = counts.get(caller) ?? 0;
          if (enters && open.enter(String(caller))) counts.set(caller, own + 1);
          else if (!enters && own > 0) {
            open.leave(String(caller));
            counts.set(caller, own - 1);
          }
          expect([...counts.values()].reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(limit);
        }
      },
    );
    fc.assert(property, { seed: 20_261_130, numRuns: 300 });
  });
});
