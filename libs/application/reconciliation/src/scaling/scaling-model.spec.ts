import fc from 'fast-check';
import { scalingScheduler } from '../testing/scaled';

type Scheduler = ReturnType<typeof scalingScheduler>;
interface Bounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

const bounds = fc
  .tuple(fc.nat(3), fc.nat(3))
  .map(([least, more]): Bounds => ({ minReplicas: least, maxReplicas: Math.max(1, least + more) }));
const seconds = fc.integer({ min: 1, max: 40 });

/** What may happen to a workload while it is scaled. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('load' as const), requests: fc.nat(60), seconds }),
  fc.record({ kind: fc.constant('replicas do not start' as const), requests: fc.nat(60), seconds }),
  fc.record({ kind: fc.constant('patch' as const), bounds }),
  fc.record({ kind: fc.constant('image' as const) }),
  fc.record({ kind: fc.constant('new leader' as const) }),
  fc.record({ kind: fc.constant('request' as const) }),
  fc.record({ kind: fc.constant('pod fails' as const) }),
  fc.record({ kind: fc.constant('pod is not ready' as const) }),
  fc.record({ kind: fc.constant('pod is deleted' as const) }),
  fc.record({ kind: fc.constant('report is lost' as const) }),
  fc.record({ kind: fc.constant('clock is set' as const), ms: fc.integer({ min: -120_000, max: 120_000 }) }),
  fc.record({ kind: fc.constant('gateway cut off' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** Requests at once for each replica. */
const THRESHOLD = 10;
/** Longest time until a request that waits has a replica, once replicas start and reports of the gateway arrive, s. */
const WAKE_S = 10;
/** Two stable windows, one for lost reports and one for panic, and what comes before and after them, s. */
const SETTLED_S = 150;

const specOf = ({ minReplicas, maxReplicas }: Bounds) => ({
  minReplicas,
  maxReplicas,
  metric: 'concurrency',
  metricThreshold: THRESHOLD,
  metricThresholdPercentage: 100,
});

/** A workload to which anything happens; checks at every second what always has to hold. */
class Model {
  private generation = 1;
  private image = 1;
  /** How long a request has waited for a ready replica, s; undefined where none waits. */
  private heldFor: number | undefined;

  constructor(
    private readonly t: Scheduler,
    private readonly id: string,
    public bounds: Bounds,
  ) {}

  async apply(one: Happening): Promise<unknown> {
    const { t, id } = this;
    switch (one.kind) {
      case 'load':
        return this.pass(one.seconds, one.requests);
      case 'replicas do not start':
        return this.pass(one.seconds, one.requests, false);
      case 'patch':
        this.bounds = one.bounds;
        return this.patch();
      case 'image':
        this.image += 1;
        return this.patch();
      case 'new leader':
        t.restart();
        return t.settle();
      case 'request':
        this.heldFor ??= 0;
        t.controller().wake(t.gateway.wake({ workloadId: id, heldAgoMs: 0 }));
        return t.settle();
      case 'pod fails':
        return this.change({ phase: 'Failed', ready: false });
      case 'pod is not ready':
        return this.change({ ready: false });
      case 'pod is deleted': {
        const [pod] = t.pods(id);
        if (pod !== undefined) t.cluster.pods.delete(pod.name);
        return t.settle();
      }
      case 'report is lost':
        return t.gateway.lose();
      case 'clock is set':
        t.setClock(one.ms);
        return t.settle();
      case 'gateway cut off':
        t.leases();
        await this.pass(one.seconds, 0, true, false);
        return t.leases(t.gateway.gatewayId);
    }
  }

  /** Time passes under a load; a request that waits is served as soon as a replica is ready. */
  async pass(seconds: number, requests: number, start = true, isReceived = true): Promise<readonly number[]> {
    const { t, id } = this;
    const numbers: number[] = [];
    for (let second = 0; second < seconds; second += 1) {
      if (this.heldFor !== undefined && (t.ready(id) ?? 0) > 0) this.heldFor = undefined;
      await t.run(1, loadOf(requests, this.heldFor !== undefined), { start });
      if (this.heldFor !== undefined) {
        if (start && isReceived) this.heldFor += 1;
        expect(this.heldFor).toBeLessThanOrEqual(WAKE_S);
      }
      const wanted = t.wanted(id) ?? 0;
      expect(wanted).toBeGreaterThanOrEqual(this.bounds.minReplicas);
      expect(wanted).toBeLessThanOrEqual(this.bounds.maxReplicas);
      numbers.push(wanted);
    }
    return numbers;
  }

  private async change(change: Parameters<Scheduler['cluster']['update']>[1]): Promise<void> {
    const [pod] = this.t.pods(this.id);
    if (pod !== undefined) this.t.cluster.update(pod.name, change);
    await this.t.settle();
  }

  private async patch(): Promise<void> {
    this.generation += 1;
    await this.t.apply(specOf(this.bounds), this.generation, { image: `model:${this.image}` });
  }
}

const loadOf = (requests: number, isHeld: boolean) => ({
  ...(requests === 0
    ? {}
    : { averageConcurrency: requests, inFlight: requests, started: requests, lastRequestAgoMs: 0 }),
  ...(isHeld ? { held: 1, wake: true, lastRequestAgoMs: 0 } : {}),
});

/** Changes of direction: growing, then shrinking is one turn. */
function turnsOf(numbers: readonly number[]): readonly number[] {
  return numbers
    .slice(1)
    .map((replicas, index) => Math.sign(replicas - (numbers[index] ?? 0)))
    .filter((sign) => sign !== 0)
    .filter((sign, index, signs) => sign !== signs[index - 1]);
}

describe('a workload to which anything happens in any order', () => {
  it('keeps to its bounds, serves what waits and ends with the replicas that its load calls for', async () => {
    await fc.assert(
      fc.asyncProperty(
        bounds,
        fc.array(happening, { maxLength: 10 }),
        fc.nat(60),
        async (first, happenings, requests) => {
          const t = scalingScheduler();
          const id = await t.apply(specOf(first), 1, { image: 'model:1' });
          const model = new Model(t, id, first);
          for (const one of happenings) await model.apply(one);
          const numbers = await model.pass(300, requests);
          const { minReplicas, maxReplicas } = model.bounds;
          const wanted = Math.min(maxReplicas, Math.max(minReplicas, Math.ceil(requests / THRESHOLD)));
          expect([t.wanted(id), t.ready(id)]).toEqual([wanted, wanted]);
          // Under a steady load the number may grow and then shrink. A panic that began before the load may end before
          // the stable window has caught up, which then grows once more.
          expect([[], [1], [-1], [1, -1], [-1, 1], [1, -1, 1]]).toContainEqual(turnsOf(numbers));
          expect(new Set(numbers.slice(SETTLED_S)).size).toBe(1);
          expect(t.pods(id).filter(({ drainingSince }) => drainingSince !== undefined)).toEqual([]);
          expect(t.errors).toEqual([]);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});
