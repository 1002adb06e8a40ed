import { profileOf, type MigGeometry } from './profiles';
import { maximalLayouts, type MigInstance, type MigLayout } from './layout';

/** How many instances of each profile are wanted. */
export type Wanted = Readonly<Record<string, number>>;

/** Devices, each with the instances to create on it. */
export interface MigPlan {
  readonly devices: readonly MigLayout[];
  /** No plan needs fewer devices. A plan with this many devices is optimal. */
  readonly lowerBound: number;
}

/** Search steps after which the best plan so far is taken. */
const MAX_STEPS = 20_000;

/**
 * The fewest devices found that hold the instances wanted: layouts are drawn from the maximal ones, the fullest
 * first, by branch and bound; exact for all but very large sets.
 * @throws Error where a profile is not one of the geometry.
 */
export function planInstances(geometry: MigGeometry, wanted: Wanted): MigPlan {
  const names = Object.keys(wanted).filter((name) => (wanted[name] ?? 0) > 0);
  const unknown = names.find((name) => profileOf(geometry, name) === undefined);
  if (unknown !== undefined)
    throw new Error(
      `${geometry.key} has no MIG profile ${unknown}; it has ${geometry.profiles.map(({ name }) => name).join(', ')}.`,
    );
  names.sort((a, b) => sizeOf(geometry, b) - sizeOf(geometry, a) || (a < b ? -1 : 1));
  const search = new LayoutSearch(geometry, names);
  const counts = names.map((name) => wanted[name] ?? 0);
  const lowerBound = search.bound(counts);
  return { devices: search.run(counts, lowerBound), lowerBound };
}

const sizeOf = (geometry: MigGeometry, name: string): number => profileOf(geometry, name)?.size ?? 0;

/** One multiset of instances that fits a device, with a layout that shows it. */
interface Cut {
  readonly layout: MigLayout;
  readonly counts: readonly number[];
}

class LayoutSearch {
  private readonly cuts: readonly Cut[];
  private readonly compute: readonly number[];
  private readonly slices: readonly number[];
  private steps = 0;

  constructor(
    private readonly geometry: MigGeometry,
    private readonly names: readonly string[],
  ) {
    this.compute = names.map((name) => profileOf(geometry, name)?.computeSlices ?? 0);
    this.slices = names.map((name) => profileOf(geometry, name)?.size ?? 0);
    this.cuts = this.distinctCuts();
  }

  /** Layouts that differ only in positions count as one; the fullest come first. */
  private distinctCuts(): readonly Cut[] {
    const byCounts = new Map<string, Cut>();
    for (const layout of maximalLayouts(this.geometry, this.names)) {
      const counts = this.names.map((name) => layout.filter(({ profile }) => profile === name).length);
      const key = counts.join(' ');
      if (!byCounts.has(key)) byCounts.set(key, { layout, counts });
    }
    const cuts = [...byCounts.values()];
    const undominated = cuts.filter(
      (cut) =>
        !cuts.some((other) => other !== cut && other.counts.every((n, at) => n >= (cut.counts[at] ?? 0))),
    );
    return undominated.sort((a, b) => this.fullness(b.counts) - this.fullness(a.counts));
  }

  private readonly fullness = (counts: readonly number[]): number => dot(counts, this.compute);

  /** Lower bound of the number of devices: by compute slices, by memory slices, and by each profile alone. */
  bound(counts: readonly number[]): number {
    const mostCompute = Math.max(1, ...this.cuts.map((cut) => dot(cut.counts, this.compute)));
    const mostSlices = Math.max(1, ...this.cuts.map((cut) => dot(cut.counts, this.slices)));
    const alone = counts.map((count, at) => {
      const most = Math.max(1, ...this.cuts.map((cut) => cut.counts[at] ?? 0));
      return Math.ceil(count / most);
    });
    return Math.max(
      0,
      Math.ceil(dot(counts, this.compute) / mostCompute),
      Math.ceil(dot(counts, this.slices) / mostSlices),
      ...alone,
    );
  }

  run(counts: readonly number[], lowerBound: number): readonly MigLayout[] {
    let best = this.greedy(counts);
    const dead = new Set<string>();
    const descend = (left: readonly number[], chosen: readonly MigLayout[]): void => {
      if (best.length <= lowerBound || this.steps++ > MAX_STEPS) return;
      if (left.every((count) => count === 0)) {
        if (chosen.length < best.length) best = chosen;
        return;
      }
      if (chosen.length + this.bound(left) >= best.length) return;
      const key = `${chosen.length} ${left.join(' ')}`;
      if (dead.has(key)) return;
      dead.add(key);
      for (const cut of this.useful(left))
        descend(this.without(left, cut), [...chosen, this.trim(cut, left)]);
    };
    descend(counts, []);
    return best;
  }

  /** Cuts that hold one more of the largest profile still wanted, those that use most first. */
  private useful(left: readonly number[]): readonly Cut[] {
    const first = left.findIndex((count) => count > 0);
    const used = (cut: Cut): number =>
      dot(
        cut.counts.map((n, at) => Math.min(n, left[at] ?? 0)),
        this.compute,
      );
    return this.cuts.filter((cut) => (cut.counts[first] ?? 0) > 0).sort((a, b) => used(b) - used(a));
  }

  private greedy(counts: readonly number[]): readonly MigLayout[] {
    const chosen: MigLayout[] = [];
    let left = counts;
    while (left.some((count) => count > 0)) {
      const cut = this.useful(left)[0];
      if (cut === undefined) break;
      chosen.push(this.trim(cut, left));
      left = this.without(left, cut);
    }
    return chosen;
  }

  private readonly without = (left: readonly number[], cut: Cut): readonly number[] =>
    left.map((count, at) => Math.max(0, count - (cut.counts[at] ?? 0)));

  /** The layout without the instances that are not wanted. */
  private trim(cut: Cut, left: readonly number[]): MigLayout {
    const remaining = new Map(this.names.map((name, at) => [name, left[at] ?? 0]));
    return cut.layout.filter(({ profile }: MigInstance) => {
      const count = remaining.get(profile) ?? 0;
      remaining.set(profile, count - 1);
      return count > 0;
    });
  }
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
