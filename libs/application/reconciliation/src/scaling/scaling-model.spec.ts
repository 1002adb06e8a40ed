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

/** What may happen to a workload while it is scaled. */
const happening = fc.oneof(
  fc.record({
    kind: fc.constant('load' as const),
    requests: fc.nat(60),
    seconds: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ kind: fc.constant('patch' as const), bounds }),
  fc.record({ kind: fc.constant('image' as const) }),
  fc.record({ kind: fc.constant('new leader' as const) }),
  fc.record({ kind: fc.constant('request' as const) }),
  fc.record({ kind: fc.constant('pod fails' as const) }),
  fc.record({ kind: fc.constant('gateway cut off' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const specOf = ({ minReplicas, maxReplicas }: Bounds) => ({
  minReplicas,
  maxReplicas,
  metric: 'concurrency',
  metricThreshold: 10,
  metricThresholdPercentage: 100,
});
const load = (requests: number) =>
  requests === 0
    ? {}
    : { averageConcurrency: requests, inFlight: requests, started: requests, lastRequestAgoMs: 0 };

/** Applies what happened; returns the bounds that hold from then on. */
class Model {
  private generation = 1;
  private image = 1;

  constructor(
    private readonly t: Scheduler,
    private readonly id: string,
    private bounds: Bounds,
  ) {}

  async apply(one: Happening): Promise<Bounds> {
    const { t, id } = this;
    switch (one.kind) {
      case 'load':
        await t.run(one.seconds, load(one.requests));
        break;
      case 'patch':
        this.bounds = one.bounds;
        await this.patch();
        break;
      case 'image':
        this.image += 1;
        await this.patch();
        break;
      case 'new leader':
        t.restart();
        await t.settle();
        break;
      case 'request':
        t.controller().wake({
          gatewayId: t.gateway.gatewayId,
          workloads: [{ workloadId: id, heldAgoMs: 0 }],
        });
        await t.settle();
        break;
      case 'pod fails': {
        const [pod] = t.pods(id);
        if (pod !== undefined) t.cluster.update(pod.name, { phase: 'Failed', ready: false });
        await t.settle();
        break;
      }
      case 'gateway cut off':
        t.leases();
        await t.run(one.seconds);
        t.leases(t.gateway.gatewayId);
        break;
    }
    return this.bounds;
  }

  private async patch(): Promise<void> {
    this.generation += 1;
    await this.t.apply(specOf(this.bounds), this.generation, { image: `model:${this.image}` });
  }
}

describe('a workload to which anything happens in any order', () => {
  it('has the replicas that its load calls for, within its bounds, once nothing happens any more', async () => {
    await fc.assert(
      fc.asyncProperty(
        bounds,
        fc.array(happening, { maxLength: 8 }),
        fc.nat(60),
        async (first, happenings, requests) => {
          const t = scalingScheduler();
          const id = await t.apply(specOf(first), 1, { image: 'model:1' });
          const model = new Model(t, id, first);
          let { minReplicas, maxReplicas } = first;
          for (const one of happenings) ({ minReplicas, maxReplicas } = await model.apply(one));
          await t.run(300, load(requests));
          const wanted = Math.min(maxReplicas, Math.max(minReplicas, Math.ceil(requests / 10)));
          expect([t.wanted(id), t.ready(id)]).toEqual([wanted, wanted]);
          expect(t.pods(id).filter(({ drainingSince }) => drainingSince !== undefined)).toEqual([]);
          expect(t.errors).toEqual([]);
        },
      ),
      { numRuns: 20, seed: 1 },
    );
  });
});
