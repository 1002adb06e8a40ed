import { maybe } from '@tessera/kernel';
import fc from 'fast-check';
import { conditionsOf } from './conditions';
import { decideReplicas } from './decide';
import { TICK_MS } from './limits/delay-window';
import type { ScalingObservation } from './observation';
import type { ScalingPolicy } from './policy';
import { stateFromWhatRuns, type ScalingState } from './state';
import { testPolicy } from './testing';

const RUNS = { seed: 20_240_601, numRuns: 300 };
/** Long enough for panic, delay, retention and the slowest way down to end. */
const SETTLED_TICKS = 600;

const SOMETIMES = {
  name: 'sometimes',
  start: '*/10 * * * *',
  until: { afterMs: 120_000 },
  timeZone: 'UTC',
  minReplicas: 2,
  maxReplicas: 3,
};

const policies = fc
  .record({
    minReplicas: fc.nat(3),
    more: fc.nat(20),
    initialReplicas: fc.nat(8),
    metric: fc.oneof(
      fc.record({
        name: fc.constantFrom('throughput', 'concurrency'),
        threshold: fc.double({ min: 0.5, max: 50, noNaN: true }),
        targetPercent: fc.integer({ min: 10, max: 100 }),
      }),
      fc.record({ name: fc.constantFrom('latency', 'ttft'), threshold: fc.integer({ min: 1, max: 5_000 }) }),
      fc.constant('activity' as const),
      fc.constant(undefined),
    ),
    retention: fc.constantFrom(0, 30_000, 300_000),
    activationReplicas: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    scaleDownDelayMs: fc.constantFrom(undefined, 0, 10_000, 120_000),
    keepAlive: fc.constantFrom(undefined, 'adaptive' as const),
    scheduled: fc.boolean(),
  })
  .map(({ more, retention, activationReplicas, scaleDownDelayMs, scheduled, ...chosen }) =>
    testPolicy({
      ...chosen,
      maxReplicas: Math.max(1, chosen.minReplicas + more),
      scaleToZeroRetentionMs: retention,
      ...maybe('activationReplicas', activationReplicas),
      ...maybe('scaleDownDelayMs', scaleDownDelayMs),
      ...(scheduled ? { schedules: [SOMETIMES] } : {}),
    }),
  );

/** What happens between two ticks. */
const happenings = fc.record({
  load: fc.option(fc.double({ min: 0, max: 400, noNaN: true }), { nil: undefined, freq: 8 }),
  burst: fc.double({ min: 0, max: 5, noNaN: true }),
  requests: fc.constantFrom(0, 0, 0, 1, 30),
  latencyMs: fc.integer({ min: 0, max: 20_000 }),
  samples: fc.nat(60),
  value: fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: undefined }),
  /** Share of the wanted replicas that is ready. */
  ready: fc.double({ min: 0, max: 1, noNaN: true }),
  ticks: fc.constantFrom(1, 1, 1, 5, 40),
  leaderLost: fc.constantFrom(false, false, false, false, true),
});
type Happening = typeof happenings extends fc.Arbitrary<infer T> ? T : never;

interface Moment {
  readonly seen: ScalingObservation;
  readonly before: ScalingState;
  readonly decided: ReturnType<typeof decideReplicas>;
}

/** Plays what happens, one decision after the other, with replicas that follow. */
function play(policy: ScalingPolicy, happening: readonly Happening[]): readonly Moment[] {
  let now = Date.UTC(2025, 0, 1);
  let current = policy.initialReplicas;
  let state = stateFromWhatRuns({ now, readyReplicas: 0 });
  let lastRequestAt: number | undefined;
  return happening.map((one) => {
    now += one.ticks * TICK_MS;
    const readyReplicas = Math.floor(current * one.ready);
    if (one.requests > 0 || (one.load ?? 0) > 0) lastRequestAt = now;
    const seen: ScalingObservation = {
      now,
      currentReplicas: current,
      readyReplicas,
      warmingReplicas: current - readyReplicas,
      requests: one.requests,
      ...maybe('lastRequestAt', lastRequestAt),
      ...(one.load === undefined ? {} : { load: { stable: one.load, panic: one.load * one.burst } }),
      latency: { ms: one.latencyMs, samples: one.samples },
      ...maybe('valuePerReplica', one.value),
    };
    if (one.leaderLost)
      state = stateFromWhatRuns({ now, readyReplicas, reachedInitial: state.reachedInitial });
    const before = state;
    const decided = decideReplicas(policy, before, seen);
    state = decided.state;
    current = decided.replicas;
    return { seen, before, decided };
  });
}

const stories = fc.tuple(policies, fc.array(happenings, { minLength: 1, maxLength: 60 }));

/** Holds for every moment of every story. */
function always(holds: (moment: Moment, policy: ScalingPolicy) => void): void {
  fc.assert(
    fc.property(stories, ([policy, story]) => play(policy, story).forEach((moment) => holds(moment, policy))),
    RUNS,
  );
}

describe('whatever happens', () => {
  it('a decision is a whole number within the bounds of its moment', () => {
    always(({ decided: { replicas, explanation } }) => {
      expect(Number.isInteger(replicas)).toBe(true);
      expect(replicas).toBeGreaterThanOrEqual(explanation.bounds.minReplicas);
      expect(replicas).toBeLessThanOrEqual(explanation.bounds.maxReplicas);
    });
  });

  it('requests that run or wait never see a decision for zero', () => {
    always(({ seen, decided }) => expect(seen.requests === 0 || decided.replicas > 0).toBe(true));
  });

  it('a workload that was never ready since it was wanted does not go to zero', () => {
    always(({ seen, before, decided }) => {
      const wasReady = before.zero.activeSince !== undefined || seen.readyReplicas > 0;
      expect(wasReady || seen.currentReplicas === 0 || decided.replicas > 0).toBe(true);
    });
  });

  it('without data the number stays, within its bounds', () => {
    always(({ seen, before, decided }, policy) => {
      if (!['throughput', 'concurrency', 'activity'].includes(policy.rule.kind) || seen.load !== undefined)
        return;
      const { bounds, initialReplicas } = decided.explanation;
      const { minReplicas, maxReplicas } = bounds;
      const least = Math.min(maxReplicas, Math.max(minReplicas, initialReplicas, seen.requests > 0 ? 1 : 0));
      const most = Math.max(
        seen.currentReplicas,
        least,
        policy.activationReplicas,
        ...before.wanted.map(({ replicas }) => replicas),
      );
      expect(decided.replicas).toBeGreaterThanOrEqual(
        Math.min(maxReplicas, Math.max(seen.currentReplicas, least)),
      );
      expect(decided.replicas).toBeLessThanOrEqual(most);
    });
  });

  it('nothing shrinks in panic, but for a lower maximum or a learned pause', () => {
    always(({ seen, before, decided: { replicas, explanation } }) => {
      const inPanic = before.load.panicAt !== undefined && explanation.inPanic;
      if (!inPanic || explanation.idle !== undefined || seen.currentReplicas > before.load.mostInPanic)
        return;
      expect(replicas).toBeGreaterThanOrEqual(Math.min(seen.currentReplicas, explanation.bounds.maxReplicas));
    });
  });

  it('a latency never leads to zero', () => {
    always(({ seen, decided }, { rule }) => {
      expect(rule.kind !== 'latency' || seen.currentReplicas === 0 || decided.replicas > 0).toBe(true);
    });
  });

  it('a decision depends on nothing but its arguments, which are plain data, and can be explained', () => {
    fc.assert(
      fc.property(stories, ([policy, story]) => {
        const first = play(policy, story);
        expect(JSON.stringify(play(policy, story))).toBe(JSON.stringify(first));
        const { before, seen, decided } = first.at(-1) as Moment;
        const copied = JSON.parse(JSON.stringify(before)) as ScalingState;
        expect(decideReplicas(policy, copied, seen)).toEqual(decided);
        const conditions = conditionsOf(decided.explanation);
        expect(conditions.map(({ type }) => type)).toEqual([
          'ScalingActive',
          'AbleToScale',
          'ScalingLimited',
        ]);
        for (const { message } of conditions) expect(message).not.toMatch(/undefined|NaN|Infinity/);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });
});

describe('a steady load, after whatever happened', () => {
  const steady = fc.tuple(
    policies,
    fc.array(happenings, { maxLength: 20 }),
    fc.double({ min: 0, max: 400, noNaN: true }),
  );
  const onLoad = steady.filter(
    ([{ rule, schedules }]) =>
      ['throughput', 'concurrency', 'activity'].includes(rule.kind) && schedules.length === 0,
  );
  const calm = (load: number): Happening => ({
    load,
    burst: 1,
    requests: 0,
    latencyMs: 0,
    samples: 0,
    value: undefined,
    ready: 1,
    ticks: 1,
    leaderLost: false,
  });

  it('settles the number at what the load needs within the bounds', () => {
    fc.assert(
      fc.property(onLoad, ([policy, story, load]) => {
        const moments = play(policy, [...story, ...Array<Happening>(SETTLED_TICKS).fill(calm(load))]);
        const { rule, minReplicas, maxReplicas } = policy;
        const needed = 'target' in rule ? Math.ceil(load / rule.target) : Number(load > 0);
        const woken =
          needed > 0
            ? Math.max(needed, 'activationReplicas' in rule ? (rule.activationReplicas ?? 0) : 0)
            : 0;
        const settled = moments.slice(-10).map(({ decided }) => decided.replicas);
        expect(new Set(settled)).toEqual(new Set([Math.min(maxReplicas, Math.max(minReplicas, woken))]));
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it('lets it grow, then shrink, and turn no more', () => {
    fc.assert(
      fc.property(onLoad, ([policy, story, load]) => {
        const moments = play(policy, [...story, ...Array<Happening>(SETTLED_TICKS).fill(calm(load))]);
        const numbers = moments.slice(story.length).map(({ decided }) => decided.replicas);
        const turns = numbers
          .slice(1)
          .map((replicas, index) => Math.sign(replicas - (numbers[index] ?? 0)))
          .filter((sign) => sign !== 0)
          .filter((sign, index, heartbeats) => sign !== heartbeats[index - 1]);
        expect([[], [1], [-1], [1, -1]]).toContainEqual(turns);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });
});
