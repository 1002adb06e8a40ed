import fc from 'fast-check';
import data from '../data/mig-profiles.json';
import { canCut, isValidLayout, maximalLayouts } from './layout';
import { planInstances } from './plan';
import { MIG_GEOMETRIES } from './profiles';
import { plainProfiles } from './layout';

const withPlacements = MIG_GEOMETRIES.filter(({ key }) => data.gpus.some((gpu) => gpu.key === key));

/** Every set of instances that can stand together, by trying all subsets. */
function allLayouts(key: string): Set<string> {
  const geometry = MIG_GEOMETRIES.find((one) => one.key === key);
  if (geometry === undefined) throw new Error(`no geometry ${key}`);
  const plain = geometry.profiles.filter(({ attribute }) => attribute === undefined);
  const choices = plain.flatMap(({ name, size, starts }) =>
    starts.map((start) => ({ name, start, mask: ((1 << size) - 1) << start })),
  );
  const found = new Set<string>();
  for (let set = 1; set < 1 << choices.length; set++) {
    let taken = 0;
    let free = true;
    for (let index = 0; index < choices.length && free; index++) {
      if ((set & (1 << index)) === 0) continue;
      const mask = choices[index]?.mask ?? 0;
      free = (taken & mask) === 0;
      taken |= mask;
    }
    if (free && choices.every(({ mask }, index) => (set & (1 << index)) !== 0 || (mask & taken) !== 0))
      found.add(
        keyOf(
          choices
            .filter((_, index) => (set & (1 << index)) !== 0)
            .map(({ name, start }) => ({ profile: name, start })),
        ),
      );
  }
  return found;
}

const keyOf = (layout: readonly { readonly profile: string; readonly start: number }[]): string =>
  layout
    .map(({ profile, start }) => `${profile}@${start}`)
    .sort()
    .join(' ');

describe('MIG layouts', () => {
  it.each(withPlacements.map(({ key }) => key))('of %s are as many as in the table', (key) => {
    const geometry = withPlacements.find((one) => one.key === key);
    const table = data.gpus.find((gpu) => gpu.key === key)?.maximalLayouts;
    const layouts = geometry === undefined ? [] : maximalLayouts(geometry);
    expect(layouts).toHaveLength(table?.withPlacement ?? -1);
    const multisets = new Set(
      layouts.map((layout) =>
        layout
          .map(({ profile }) => profile)
          .sort()
          .join(' '),
      ),
    );
    expect(multisets.size).toBe(table?.distinctMultisets);
  });

  it.each(['A30-24GB', 'A100-40GB', 'RTX-PRO-6000-BLACKWELL-96GB'])(
    'of %s are exactly those found by trying all',
    (key) => {
      const geometry = MIG_GEOMETRIES.find((one) => one.key === key);
      if (geometry === undefined) throw new Error(`no geometry ${key}`);
      expect(new Set(maximalLayouts(geometry).map(keyOf))).toEqual(allLayouts(key));
    },
  );

  it.each(MIG_GEOMETRIES.map(({ key }) => key))(
    'of %s: each profile fits an empty device, as often as it may',
    (key) => {
      const geometry = MIG_GEOMETRIES.find((one) => one.key === key);
      for (const { name, maxInstances } of geometry?.profiles ?? []) {
        const plan = planInstances(geometry as NonNullable<typeof geometry>, { [name]: maxInstances });
        expect({ name, devices: plan.devices.length }).toEqual({ name, devices: 1 });
      }
    },
  );

  it('keep the rules of scarce engines', () => {
    const a100 = MIG_GEOMETRIES.find(({ key }) => key === 'A100-40GB') as (typeof MIG_GEOMETRIES)[number];
    const rtx = MIG_GEOMETRIES.find(({ key }) =>
      key.startsWith('RTX-PRO-6000'),
    ) as (typeof MIG_GEOMETRIES)[number];
    expect(canCut(a100, [{ profile: '1g.5gb+me', start: 0 }], '1g.5gb+me', 1)).toBe(false);
    expect(canCut(a100, [{ profile: '1g.5gb+me', start: 0 }], '1g.5gb', 1)).toBe(true);
    expect(canCut(rtx, [{ profile: '1g.24gb+me.all', start: 0 }], '1g.24gb', 3)).toBe(false);
    expect(canCut(rtx, [{ profile: '1g.24gb+me.all', start: 0 }], '1g.24gb-me', 3)).toBe(true);
  });

  it('planned for any set of instances are valid, hold them all and respect the lower bound', () => {
    const wanted = fc
      .constantFrom(...MIG_GEOMETRIES)
      .chain((geometry) =>
        fc.tuple(
          fc.constant(geometry),
          fc.dictionary(fc.constantFrom(...plainProfiles(geometry)), fc.integer({ min: 0, max: 9 })),
        ),
      );
    fc.assert(
      fc.property(wanted, ([geometry, counts]) => {
        const plan = planInstances(geometry, counts);
        expect(plan.devices.length).toBeGreaterThanOrEqual(plan.lowerBound);
        for (const layout of plan.devices) expect(isValidLayout(geometry, layout)).toBe(true);
        const cut: Record<string, number> = {};
        for (const { profile } of plan.devices.flat()) cut[profile] = (cut[profile] ?? 0) + 1;
        expect(cut).toEqual(Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)));
      }),
      { numRuns: 60 },
    );
  });
});
