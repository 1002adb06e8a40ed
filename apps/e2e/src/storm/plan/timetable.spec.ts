import { FAULTS, kindsFor, SET_UPS, type FaultKind } from './kinds';
import { timetable, type Timetable } from './timetable';

const KINDS = Object.keys(FAULTS) as FaultKind[];
const plan = (seed: number, on: (typeof SET_UPS)[number] = 'kubernetes', minutes = 4): Timetable =>
  timetable({ seed, minutes, kinds: KINDS }, on);

describe('the timetable of a storm', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7).faults).not.toEqual(plan(8).faults);
    expect(plan(7).requests).not.toEqual(plan(8).requests);
  });

  it.each(SET_UPS)('has every kind that %s can have within four minutes', (on) => {
    const kinds = new Set(plan(3, on).faults.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...kindsFor(on, KINDS)].sort());
  });

  it('has the same requests on both set-ups', () => {
    expect(plan(3, 'embedded').requests).toEqual(plan(3, 'kubernetes').requests);
  });

  it('has only the kinds that are asked for', () => {
    const { faults } = timetable({ seed: 1, minutes: 1, kinds: ['kill'] }, 'embedded');
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill']));
    expect(timetable({ seed: 1, minutes: 1, kinds: [] }, 'embedded').faults).toEqual([]);
  });

  it('changes and deletes only what it created before and has not deleted', () => {
    const living = new Set<string>();
    for (const { kind, name } of plan(11).requests) {
      expect(living.has(name)).toBe(kind !== 'create');
      if (kind === 'delete') living.delete(name);
      else living.add(name);
    }
  });

  it.each([1, 2, 3, 4, 5])('keeps only workloads that fit together: seed %d', (seed) => {
    const { requests, survivors } = plan(seed);
    const sums = new Map<string, number>();
    for (const request of requests)
      if (request.kind === 'create' && survivors.includes(request.name)) {
        const { pool, milliGpu, replicas } = request.demand;
        sums.set(pool, (sums.get(pool) ?? 0) + milliGpu * replicas);
      }
    expect(survivors.length).toBeGreaterThan(0);
    for (const sum of sums.values()) expect(sum).toBeLessThanOrEqual(1_000);
  });
});
