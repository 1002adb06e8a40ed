import type { ClusterNode, PolicyName, TaskMix } from '@tessera/domain-placement';
import { apply, createModel, nodeFragmentation, place } from '@tessera/domain-placement';
import { demandOf, requestOf, type TracePod } from './openb';
import { seeded, shuffled } from './random';

export interface InflationRun {
  /** Per percent of arrived demand: mean unallocated and fragmented percent of all GPUs. */
  readonly unallocatedPct: ReadonlyMap<number, number>;
  readonly fragPct: ReadonlyMap<number, number>;
  /** Nanoseconds of each decision, its application included. */
  readonly nanos: Float64Array;
}

export interface Inflation {
  readonly nodes: readonly ClusterNode[];
  readonly pods: readonly TracePod[];
  readonly mix: TaskMix;
  readonly policy: PolicyName;
  readonly seed: number;
}

/** Arrived demand at which a run ends, as a share of capacity. */
const FULL = 1.3;

/**
 * Fills an empty cluster with a shuffled trace until 130 % of its GPUs were asked for. Nobody leaves, nothing
 * waits: what fits nowhere counts as arrived and is dropped (Weng et al., USENIX ATC 2023, §6).
 */
export function inflate({ nodes, pods, mix, policy, seed }: Inflation): InflationRun {
  const random = seeded(seed);
  const capacity = nodes.reduce((sum, { devices }) => sum + devices.length * 1000, 0);
  const arrivals = tuned(shuffled([...pods].sort(byName), random), pods, capacity * FULL, random);
  const model = createModel({ nodes: inOrder(nodes, random), quota: [] }, { mix });
  const chance = seeded(seed + 1000);
  const nanos = new Float64Array(arrivals.length);
  const bins = new Bins(capacity);
  let arrived = 0;
  let allocated = 0;
  let fragmented = 0;
  for (const { spec } of model.nodes) fragmented += nodeFragmentation(model, spec.name);
  arrivals.forEach((pod, index) => {
    const request = requestOf(pod, String(index));
    const began = process.hrtime.bigint();
    const decision = place(model, request, { policy, random: chance });
    let spent = process.hrtime.bigint() - began;
    if (decision.outcome === 'placed') {
      const { placement } = decision;
      fragmented -= nodeFragmentation(model, placement.node);
      const applying = process.hrtime.bigint();
      apply(model, request, placement);
      spent += process.hrtime.bigint() - applying;
      fragmented += nodeFragmentation(model, placement.node);
      allocated += demandOf(pod);
    }
    nanos[index] = Number(spent);
    arrived += demandOf(pod);
    bins.add(arrived, allocated, fragmented);
  });
  return { ...bins.means(), nanos };
}

const byName = (a: TracePod, b: TracePod): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Appends random pods up to the demand, or deletes random ones down to it. */
function tuned(
  arrivals: TracePod[],
  originals: readonly TracePod[],
  demand: number,
  random: () => number,
): TracePod[] {
  let total = arrivals.reduce((sum, pod) => sum + demandOf(pod), 0);
  if (total > demand) return thinned(arrivals, total, demand, random);
  const sorted = [...originals].sort(byName);
  for (;;) {
    const next = sorted[Math.floor(random() * sorted.length)] as TracePod;
    if (total + demandOf(next) > demand) return arrivals;
    arrivals.push(next);
    total += demandOf(next);
  }
}

function thinned(arrivals: TracePod[], asked: number, demand: number, random: () => number): TracePod[] {
  let total = asked;
  while (total > demand) {
    const [gone] = arrivals.splice(Math.floor(random() * arrivals.length), 1);
    total -= gone === undefined ? 0 : demandOf(gone);
  }
  return arrivals;
}

/** Names that sort in a random order: the model breaks ties by name. */
const inOrder = (nodes: readonly ClusterNode[], random: () => number): ClusterNode[] =>
  shuffled(nodes, random).map((node, index) => ({
    ...node,
    name: `${String(index).padStart(6, '0')}-${node.name}`,
  }));

/** Means per rounded percent of arrived demand. */
class Bins {
  private readonly sums = new Map<number, { count: number; unallocated: number; frag: number }>();

  constructor(private readonly capacity: number) {}

  add(arrived: number, allocated: number, fragmented: number): void {
    const bin = Math.round((100 * arrived) / this.capacity);
    const sum = this.sums.get(bin) ?? { count: 0, unallocated: 0, frag: 0 };
    sum.count++;
    sum.unallocated += 100 - (100 * allocated) / this.capacity;
    sum.frag += (100_000 * fragmented) / this.capacity;
    this.sums.set(bin, sum);
  }

  means(): { unallocatedPct: Map<number, number>; fragPct: Map<number, number> } {
    const entries = [...this.sums.entries()];
    return {
      unallocatedPct: new Map(entries.map(([bin, sum]) => [bin, sum.unallocated / sum.count])),
      fragPct: new Map(entries.map(([bin, sum]) => [bin, sum.frag / sum.count])),
    };
  }
}
