import type { Draw } from './draw';

/** What a workload of the storm asks for; it never changes, so that its place in the plan stays known. */
export interface Demand {
  readonly pool: (typeof POOLS)[number];
  /** Share of one device in thousandths; 1000 is a whole device, 0 none. */
  readonly milliGpu: number;
  readonly replicas: number;
}

export type PlannedRequest = { readonly number: number; readonly atMs: number; readonly name: string } & (
  | { readonly kind: 'create'; readonly demand: Demand; readonly image: string }
  | { readonly kind: 'update'; readonly image: string }
  | { readonly kind: 'delete' }
);

/** Pools of the local platform; each has one node with two whole devices. */
const POOLS = ['my-node-pool-a', 'my-node-pool-b', 'default'] as const;
/** What survivors may ask for of a pool together: it fits on one of its devices. */
const KEPT_MILLI = 1_000;
/** At most so many workloads live at a time: about twice what the devices hold. */
const MOST = 18;
const EVERY_MS = [400, 1_600] as const;

/** Requests of the whole storm in the order of their times. */
export function planRequests(forMs: number, draw: Draw): readonly PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  const living: string[] = [];
  for (let atMs = 0, number = 0; ; number += 1) {
    atMs += draw.between(...EVERY_MS);
    if (atMs >= forMs) return requests;
    const lot = draw.between(1, 100);
    const image = `model:${number + 2}`;
    const at = { number, atMs };
    if (living.length < 3 || (lot <= 50 && living.length < MOST)) {
      const name = `storm-${number}`;
      requests.push({ ...at, name, kind: 'create', demand: drawDemand(draw), image: 'model:1' });
      living.push(name);
    } else if (lot <= 75) {
      requests.push({ ...at, name: draw.oneOf(living), kind: 'update', image });
    } else {
      const name = draw.oneOf(living);
      requests.push({ ...at, name, kind: 'delete' });
      living.splice(living.indexOf(name), 1);
    }
  }
}

function drawDemand(draw: Draw): Demand {
  const milliGpu = draw.oneOf([0, 200, 300, 300, 400, 500, 500, 600, 700, 1_000]);
  return { pool: draw.oneOf(POOLS), milliGpu, replicas: draw.oneOf([1, 1, 1, 2]) };
}

/**
 * Workloads that stay when the storm is over: of those that the plan does not delete, as many as certainly fit. All
 * others are deleted then, so that every one that stays has to run.
 */
export function survivors(requests: readonly PlannedRequest[]): readonly string[] {
  const deleted = new Set(requests.flatMap(({ kind, name }) => (kind === 'delete' ? [name] : [])));
  const kept = new Map<string, number>();
  return requests.flatMap((request) => {
    if (request.kind !== 'create' || deleted.has(request.name)) return [];
    const { pool, milliGpu, replicas } = request.demand;
    const sum = (kept.get(pool) ?? 0) + milliGpu * replicas;
    if (sum > KEPT_MILLI) return [];
    kept.set(pool, sum);
    return [request.name];
  });
}
