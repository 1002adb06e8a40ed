import fc from 'fast-check';
import { geometryOf, isValidLayout, profileOf } from '@tessera/domain-mig';
import { placeBatch } from './batch';
import { type ClusterModel } from './model/cluster-model';
import { createModel } from './model/create-model';
import { usableMiB } from './model/device-memory';
import type { ClusterNode, Decision, GpuRequest, ReplicaRequest } from './model/model';
import { snapshotOf } from './model/snapshot-of';
import { apply, place, release } from './place';
import { POLICIES, type PolicyName } from './policies/policy';
import { node, request } from './testing';

const MODELS = ['NVIDIA-A100-SXM4-40GB', 'Tesla-T4'] as const;

const device = fc.record({
  model: fc.constantFrom(...MODELS),
  memoryMiB: fc.constantFrom(15_360, 40_960, 0),
  unavailable: fc.constantFrom(false, false, false, true),
  mig: fc.constantFrom(undefined, undefined, [
    { profile: '3g.20gb', start: 4 },
    { profile: '1g.5gb', start: 0 },
    { profile: '1g.5gb', start: 1 },
  ]),
});

const cluster: fc.Arbitrary<ClusterNode[]> = fc
  .array(
    fc.record({
      devices: fc.array(device, { maxLength: 4 }),
      pool: fc.constantFrom('a', 'b'),
      cpuMilli: fc.integer({ min: 0, max: 16_000 }),
      tainted: fc.constantFrom(false, false, true),
      unschedulable: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((nodes) =>
    nodes.map(({ devices, pool, cpuMilli, tainted, unschedulable }, index) =>
      node(`n${index}`, {
        pool,
        cpuMilli,
        unschedulable,
        taints: tainted ? [{ key: 'k', effect: index % 2 === 0 ? 'NoSchedule' : 'PreferNoSchedule' }] : [],
        labels: { rack: `r${index % 2}` },
        devices: devices.map(({ mig, unavailable, ...rest }, slot) => ({
          slot,
          ...rest,
          ...(unavailable ? { unavailable } : {}),
          ...(mig === undefined ? {} : { mig: { instances: mig } }),
        })),
      }),
    ),
  );

const gpu: fc.Arbitrary<GpuRequest> = fc.oneof(
  fc.record({ kind: fc.constant('none' as const) }),
  fc.record({ kind: fc.constant('whole' as const), devices: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant('portion' as const),
    devices: fc.integer({ min: 1, max: 2 }),
    milliGpu: fc.constantFrom(1, 160, 330, 470, 500, 810, 999),
  }),
  fc.record({
    kind: fc.constant('memory' as const),
    devices: fc.integer({ min: 1, max: 2 }),
    memoryMiB: fc.integer({ min: 1, max: 40_000 }),
  }),
  fc.record({ kind: fc.constant('mig' as const), profile: fc.constantFrom('1g.5gb', '3g.20gb', '7g.40gb') }),
);

const asked: fc.Arbitrary<Partial<ReplicaRequest>> = fc.record({
  gpu,
  workloadId: fc.constantFrom('w1', 'w2'),
  gpuModels: fc.constantFrom<readonly string[]>([], [], [], ['Tesla-T4']),
  cpuMilli: fc.integer({ min: 0, max: 4000 }),
  nodePools: fc.constantFrom<readonly string[]>([], [], ['a'], ['b', 'a']),
  tolerations: fc.constantFrom([], [{ key: 'k', operator: 'Exists' as const }]),
});

/** Requests with, for each, whether an earlier replica leaves before it. */
const load = fc.array(fc.record({ asked, leaves: fc.option(fc.nat(), { nil: undefined }) }), {
  maxLength: 25,
});
type Load = readonly { readonly asked: Partial<ReplicaRequest>; readonly leaves: number | undefined }[];

const policy = fc.constantFrom(...POLICIES.filter((name) => name !== 'random'));

/** Plays the load and gives the decisions. */
function play(model: ClusterModel, steps: Load, name: PolicyName): Decision[] {
  const placed: string[] = [];
  return steps.map(({ asked: sketch, leaves }, index) => {
    if (leaves !== undefined && placed.length > 0) {
      const [gone] = placed.splice(leaves % placed.length, 1);
      release(model, gone ?? '');
    }
    const wanted = request({ ...sketch, id: `r${index}` });
    const decision = place(model, wanted, { policy: name });
    if (decision.outcome === 'placed') {
      apply(model, wanted, decision.placement);
      placed.push(wanted.id);
    }
    return decision;
  });
}

describe('placement, for any cluster and any load', () => {
  it('never over-allocates a device in share, memory or interval, nor a node in CPU', () => {
    fc.assert(
      fc.property(cluster, load, policy, (nodes, steps, name) => {
        const model = createModel({ nodes, quota: [] });
        play(model, steps, name);
        for (const { replicas, cpuMilli, devices } of snapshotOf(model).nodes) {
          expect(replicas.reduce((sum, one) => sum + one.cpuMilli, 0)).toBeLessThanOrEqual(cpuMilli);
          for (const { slot, memoryMiB, mig, unavailable, model: product } of devices) {
            const shares = replicas.flatMap((one) => one.devices.filter((share) => share.slot === slot));
            const plain = shares.filter((share) => share.mig === undefined);
            expect(plain.reduce((sum, { milliGpu }) => sum + milliGpu, 0)).toBeLessThanOrEqual(1000);
            expect(plain.reduce((sum, share) => sum + share.memoryMiB, 0)).toBeLessThanOrEqual(
              usableMiB(memoryMiB),
            );
            if (unavailable === true) expect(shares).toEqual([]);
            const instances = shares.flatMap((share) => (share.mig === undefined ? [] : [share.mig]));
            if (mig === undefined) expect(instances).toEqual([]);
            else {
              expect(plain).toEqual([]);
              expect(mig.instances).toEqual(expect.arrayContaining(instances));
              expect(new Set(instances.map(({ start }) => start)).size).toBe(instances.length);
            }
            const geometry = geometryOf(product, memoryMiB);
            if (geometry !== undefined && instances.every((one) => profileOf(geometry, one.profile)))
              expect(isValidLayout(geometry, instances)).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('leaves the model unchanged after a placement is applied and released', () => {
    fc.assert(
      fc.property(cluster, load, asked, policy, (nodes, steps, sketch, name) => {
        const model = createModel({ nodes, quota: [] });
        play(model, steps, name);
        const wanted = request({ ...sketch, id: 'last' });
        const before = snapshotOf(model);
        const decision = place(model, wanted, { policy: name });
        expect(snapshotOf(model)).toEqual(before);
        if (decision.outcome === 'unschedulable') return;
        apply(model, wanted, decision.placement);
        release(model, 'last');
        expect(snapshotOf(model)).toEqual(before);
        expect(place(model, wanted, { policy: name })).toEqual(decision);
      }),
      { numRuns: 150 },
    );
  });

  it('decides the same whatever the order of the nodes', () => {
    const shuffledNodes = cluster.chain((nodes) =>
      fc.tuple(
        fc.constant(nodes),
        fc.shuffledSubarray(nodes, { minLength: nodes.length, maxLength: nodes.length }),
      ),
    );
    fc.assert(
      fc.property(shuffledNodes, load, policy, ([nodes, others], steps, name) => {
        const decisions = play(createModel({ nodes, quota: [] }), steps, name);
        expect(play(createModel({ nodes: others, quota: [] }), steps, name)).toEqual(decisions);
      }),
      { numRuns: 150 },
    );
  });

  it('decides the same on a model that was updated and on a new one', () => {
    const questions = fc.array(asked, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(cluster, load, questions, fc.boolean(), policy, (nodes, steps, sketches, all, name) => {
        const followed = createModel({ nodes, quota: [] });
        const ask = (model: ClusterModel): Decision[] =>
          sketches.map((sketch, index) =>
            place(model, request({ ...sketch, id: `q${index}` }), { policy: name }),
          );
        ask(followed);
        play(followed, steps, name);
        expect(ask(followed)).toEqual(ask(createModel(snapshotOf(followed))));
        steps.forEach((_, index) => (all || index % 2 === 0 ? release(followed, `r${index}`) : false));
        expect(ask(followed)).toEqual(ask(createModel(snapshotOf(followed))));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses with counts that add up to all nodes', () => {
    fc.assert(
      fc.property(cluster, load, policy, (nodes, steps, name) => {
        for (const decision of play(createModel({ nodes, quota: [] }), steps, name)) {
          if (decision.outcome === 'placed') continue;
          const { verdict } = decision;
          expect(verdict.nodes).toBe(nodes.length);
          expect(verdict.rejected.reduce((sum, { count }) => sum + count, 0)).toBe(nodes.length);
          expect(verdict.message).toContain(`0/${nodes.length} nodes: `);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('places at least as many in a batch as one by one, and changes nothing', () => {
    fc.assert(
      fc.property(cluster, fc.array(asked, { maxLength: 12 }), (nodes, sketches) => {
        const wanted = sketches.map((sketch, index) => request({ ...sketch, id: `r${index}` }));
        const model = createModel({ nodes, quota: [] });
        const before = snapshotOf(model);
        const batch = placeBatch(model, wanted, { mode: 'as-many-as-fit' });
        expect(snapshotOf(model)).toEqual(before);
        let single = 0;
        for (const one of wanted) {
          const decision = place(model, one);
          if (decision.outcome === 'unschedulable') continue;
          apply(model, one, decision.placement);
          single++;
        }
        expect(batch.placed).toBeGreaterThanOrEqual(single);
      }),
      { numRuns: 100 },
    );
  });
});
