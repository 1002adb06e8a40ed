import { conditionsOf } from './conditions';
import { decideReplicas } from './decide';
import { stateFromWhatRuns, type ScalingState } from './state';
import { testPolicy, testSeen } from './testing';

const fresh = (readyReplicas = 0): ScalingState => stateFromWhatRuns({ now: 0, readyReplicas });
const served = (readyReplicas = 1): ScalingState =>
  stateFromWhatRuns({ now: 0, readyReplicas, reachedInitial: true });
const latency = { metric: { name: 'latency', threshold: 1_000 } } as const;
const custom = { metric: { name: 'ttft', threshold: 10 } } as const;
const ALWAYS = {
  name: 'always',
  start: '* * * * *',
  until: { afterMs: 60_000 },
  timeZone: 'UTC',
  minReplicas: 4,
};

describe('a decision', () => {
  it.each([
    ['follows the load', {}, {}, { load: { stable: 45, panic: 45 } }, 5],
    ['stays where there is no data', {}, {}, { load: undefined, currentReplicas: 4, readyReplicas: 1 }, 4],
    [
      'stays at zero where there is no data',
      {},
      {},
      { load: undefined, currentReplicas: 0, readyReplicas: 0 },
      0,
    ],
    ['stays within the maximum', {}, {}, { load: { stable: 999, panic: 999 } }, 10],
    [
      'shrinks to a maximum that was lowered, data or not',
      { maxReplicas: 2 },
      {},
      { load: undefined, currentReplicas: 4 },
      2,
    ],
    ['stays within the minimum', { minReplicas: 2 }, {}, {}, 2],
    ['goes to zero', {}, {}, {}, 0],
    ['keeps the last replica while there are requests', {}, {}, { requests: 1 }, 1],
    ['wakes on a request', {}, {}, { requests: 1, currentReplicas: 0, readyReplicas: 0 }, 1],
    [
      'wakes on a request without data',
      {},
      {},
      { requests: 1, currentReplicas: 0, readyReplicas: 0, load: undefined },
      1,
    ],
    [
      'wakes with the activation replicas',
      { activationReplicas: 3 },
      {},
      { requests: 1, currentReplicas: 0, readyReplicas: 0 },
      3,
    ],
    [
      'keeps them while there are requests',
      { activationReplicas: 3 },
      {},
      { requests: 1, currentReplicas: 3, readyReplicas: 0 },
      3,
    ],
    ['does not grow to them later', { activationReplicas: 3 }, {}, { requests: 1 }, 1],
    ['wakes on a latency', latency, {}, { requests: 1, currentReplicas: 0, readyReplicas: 0 }, 1],
    ['never goes to zero on a latency', latency, {}, { latency: { ms: 0, samples: 99 } }, 1],
    ['stays on a latency without samples', latency, {}, { currentReplicas: 3, readyReplicas: 3 }, 3],
    ['wakes on a metric by name', custom, {}, { requests: 1, currentReplicas: 0, readyReplicas: 0 }, 1],
    ['follows a metric by name', custom, {}, { valuePerReplica: 30 }, 3],
    ['stays where the series is missing', custom, {}, { currentReplicas: 3, readyReplicas: 3 }, 3],
    [
      'keeps a replica between requests whatever its metric',
      custom,
      {},
      { valuePerReplica: 0, lastRequestAt: 50_000 },
      1,
    ],
    [
      'goes to zero on a metric without use',
      { ...custom, scaleDownDelayMs: 0 },
      {},
      { valuePerReplica: 0, lastRequestAt: 10_000 },
      0,
    ],
    ['is one on activity', { metric: 'activity' }, {}, { load: { stable: 0.02 } }, 1],
    ['is none without activity', { metric: 'activity' }, {}, { load: { stable: 0 } }, 0],
    ['stays where activity is unknown', { metric: 'activity' }, {}, { load: {} }, 1],
    ['stays where the number is fixed', { metric: undefined, minReplicas: 1 }, {}, { currentReplicas: 3 }, 3],
    ['keeps the fleet that a schedule asks for', { schedules: [ALWAYS] }, {}, {}, 4],
  ] as const)('%s', (_, intent, extras, seen, replicas) => {
    expect(decideReplicas(testPolicy(intent, extras), served(), testSeen(seen)).replicas).toBe(replicas);
  });

  it('never goes to zero before the first replica was ready, however long that takes', () => {
    let state = fresh();
    for (const now of [0, 60_000, 600_000, 3_600_000]) {
      const decided = decideReplicas(testPolicy(), state, testSeen({ now, readyReplicas: 0 }));
      expect(decided.replicas).toBe(1);
      state = decided.state;
    }
    expect(decideReplicas(testPolicy(), state, testSeen({ now: 3_660_000 })).replicas).toBe(1);
  });

  it('starts with the initial replicas, and drops that minimum once they were ready', () => {
    const policy = testPolicy({ initialReplicas: 3 });
    const starting = decideReplicas(policy, fresh(), testSeen({ currentReplicas: 0, readyReplicas: 0 }));
    const there = decideReplicas(policy, starting.state, testSeen({ currentReplicas: 3, readyReplicas: 3 }));
    const after = decideReplicas(policy, there.state, testSeen({ now: 300_000 }));
    expect([starting.replicas, there.state.reachedInitial, after.replicas]).toEqual([3, true, 0]);
    expect(starting.explanation.limitedBy).toBe('initialReplicas');
  });

  it('starts with no replicas where the initial number is 0', () => {
    const policy = testPolicy({ initialReplicas: 0 });
    const seen = { currentReplicas: 0, readyReplicas: 0, load: undefined };
    expect(decideReplicas(policy, fresh(), testSeen(seen)).replicas).toBe(0);
    expect(decideReplicas(policy, fresh(), testSeen({ ...seen, requests: 1 })).replicas).toBe(1);
  });

  it('keeps the replicas of a lost leader until a stable window shows how many are needed', () => {
    const seen = { currentReplicas: 5, readyReplicas: 5 };
    const first = decideReplicas(testPolicy(), served(5), testSeen({ ...seen, now: 2_000 }));
    const last = decideReplicas(testPolicy(), first.state, testSeen({ ...seen, now: 60_000 }));
    const after = decideReplicas(testPolicy(), last.state, testSeen({ ...seen, now: 61_000 }));
    expect([first.replicas, last.replicas, after.replicas]).toEqual([5, 5, 2]);
    expect(first.explanation.inPanic).toBe(true);
  });

  it('applies the whole scale-down delay of another metric after its leader was lost', () => {
    const policy = testPolicy({ ...custom, scaleDownDelayMs: 60_000 });
    const seen = testSeen({ currentReplicas: 5, readyReplicas: 5, valuePerReplica: 4 });
    const first = decideReplicas(policy, served(5), { ...seen, now: 58_000 });
    const after = decideReplicas(policy, first.state, { ...seen, now: 60_000 });
    expect([first.replicas, after.replicas, first.explanation.inPanic]).toEqual([5, 2, false]);
  });

  it('counts the current number as wanted while it holds: a delay begins when a smaller number is wanted', () => {
    const policy = testPolicy({ scaleDownDelayMs: 60_000 });
    const held = decideReplicas(policy, served(), testSeen({ currentReplicas: 4, load: undefined }));
    const small = testSeen({
      now: 130_000,
      currentReplicas: 4,
      readyReplicas: 4,
      load: { stable: 20, panic: 20 },
    });
    const delayed = decideReplicas(policy, held.state, small);
    const after = decideReplicas(policy, delayed.state, { ...small, now: 160_000 });
    expect([held.replicas, delayed.replicas, after.replicas]).toEqual([4, 4, 2]);
    expect(delayed.explanation).toMatchObject({ wish: 2, delayedTo: 4 });
  });

  it('keeps the last replica for the time learned from past idle times, and no longer', () => {
    const idle = { gapsMs: [], lastRequestAt: 100_000, keepAliveMs: 200_000 };
    const policy = testPolicy({ keepAlive: 'adaptive' });
    const at = (now: number, keepAliveMs: number, seen = {}) =>
      decideReplicas(
        policy,
        { ...served(), idle: { ...idle, keepAliveMs } },
        testSeen({ now, lastRequestAt: 100_000, ...seen }),
      ).replicas;
    expect([at(299_000, 200_000), at(300_000, 200_000)]).toEqual([1, 0]);
    // The windows still remember a load that is over.
    const cached = { load: { stable: 15, panic: 0 }, currentReplicas: 2, readyReplicas: 2 };
    expect([at(109_000, 10_000, cached), at(110_000, 10_000, cached)]).toEqual([2, 0]);
    expect(at(110_000, 10_000, { ...cached, load: undefined })).toBe(2);
  });

  it('keeps one replica during a pause where keep-alive is adaptive, even in panic mode', () => {
    const seen = {
      lastRequestAt: 100_000,
      currentReplicas: 5,
      readyReplicas: 5,
      load: { stable: 15, panic: 0 },
    };
    const at = (now: number, keepAlive: 'adaptive' | undefined) =>
      decideReplicas(
        testPolicy({ keepAlive }),
        stateFromWhatRuns({ now: 90_000, readyReplicas: 5 }),
        testSeen({ ...seen, now }),
      ).replicas;
    expect([at(129_999, 'adaptive'), at(130_000, 'adaptive'), at(130_000, undefined)]).toEqual([5, 1, 5]);
  });

  it('is the same from a state that was stored and loaded', () => {
    const { state } = decideReplicas(testPolicy(), fresh(), testSeen({ load: { stable: 50, panic: 90 } }));
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

describe('the end of a schedule', () => {
  const HOUR = 3_600_000;
  const morning = {
    name: 'morning',
    start: '0 9 * * *',
    until: { end: '0 12 * * *' },
    timeZone: 'UTC',
    minReplicas: 5,
  };
  /** Replicas before, during and after the schedule, with what the rule sees then; all that are wanted are ready. */
  const through = (intent: Parameters<typeof testPolicy>[0], during: object, after: object) => {
    let state = served();
    let currentReplicas = 1;
    return (
      [
        [8 * HOUR, {}],
        [9 * HOUR, {}],
        [11 * HOUR, during],
        [12 * HOUR, after],
      ] as const
    ).map(([now, seen]) => {
      const ready = { currentReplicas, readyReplicas: currentReplicas };
      const policy = testPolicy({ minReplicas: 1, schedules: [morning], ...intent });
      const decided = decideReplicas(policy, state, testSeen({ now, ...ready, ...seen }));
      ({ state, replicas: currentReplicas } = decided);
      return currentReplicas;
    });
  };

  it.each([
    ['of a workload without load, by half at once', {}, {}, {}, [1, 5, 5, 2]],
    ['whose load is not known', {}, { load: undefined }, { load: undefined }, [1, 5, 5, 5]],
    ['whose latency nobody measures', latency, {}, {}, [1, 5, 5, 1]],
    [
      'whose latency needed them',
      latency,
      { latency: { ms: 1_000, samples: 99 } },
      { latency: { ms: 1_000, samples: 99 } },
      [1, 5, 5, 5],
    ],
    ['whose series is missing', custom, {}, {}, [1, 5, 5, 1]],
    ['whose series went missing', custom, { valuePerReplica: 6 }, {}, [1, 5, 5, 3]],
    ['of a fixed number', { metric: undefined, maxReplicas: 1 }, {}, {}, [1, 5, 5, 1]],
  ] as const)('ends what it added: %s', (_, intent, during, after, replicas) => {
    expect(through(intent, during, after)).toEqual(replicas);
  });
});

describe('the conditions of a decision', () => {
  const reasons = (
    intent: Parameters<typeof testPolicy>[0],
    seen: Parameters<typeof testSeen>[0],
    state = served(),
  ) =>
    conditionsOf(decideReplicas(testPolicy(intent), state, testSeen(seen)).explanation).map(
      ({ status, reason }) => `${status} ${reason}`,
    );

  it.each([
    [
      'a load within the bounds',
      {},
      { load: { stable: 5, panic: 5 } },
      ['True ValidMetricFound', 'True ReadyForNewScale', 'False DesiredWithinRange'],
    ],
    [
      'more load',
      {},
      { load: { stable: 15, panic: 15 } },
      ['True ValidMetricFound', 'True SucceededRescale', 'False DesiredWithinRange'],
    ],
    [
      'more than the maximum',
      {},
      { load: { stable: 150, panic: 150 }, currentReplicas: 10 },
      ['True ValidMetricFound', 'True ReadyForNewScale', 'True TooManyReplicas'],
    ],
    [
      'less than the minimum',
      { minReplicas: 2 },
      { currentReplicas: 2 },
      ['True ValidMetricFound', 'True ReadyForNewScale', 'True TooFewReplicas'],
    ],
    [
      'no data',
      {},
      { load: undefined },
      ['False FailedGetObjectMetric', 'True ReadyForNewScale', 'False DesiredWithinRange'],
    ],
    [
      'a missing series',
      custom,
      {},
      ['False FailedGetPodsMetric', 'True ReadyForNewScale', 'False DesiredWithinRange'],
    ],
    [
      'few samples',
      latency,
      { latency: { ms: 9, samples: 3 } },
      ['False TooFewSamples', 'True ReadyForNewScale', 'False DesiredWithinRange'],
    ],
    [
      'asleep',
      {},
      { currentReplicas: 0, readyReplicas: 0 },
      ['False ScaledToZero', 'True ReadyForNewScale', 'False DesiredWithinRange'],
    ],
    [
      'a retention',
      { scaleToZeroRetentionMs: 9_000 },
      {},
      ['True ValidMetricFound', 'True ScaleDownStabilized', 'False DesiredWithinRange'],
    ],
    [
      'a fixed number',
      { metric: undefined },
      {},
      ['False ScalingDisabled', 'True ReadyForNewScale', 'False DesiredWithinRange'],
    ],
    [
      'no place',
      {},
      { unplaced: { replicas: 2, verdict: 'no GPU is free' }, load: { stable: 5, panic: 5 } },
      ['True ValidMetricFound', 'False FailedPlacement', 'False DesiredWithinRange'],
    ],
  ] as const)('%s', (_, intent, seen, expected) => {
    expect(reasons(intent, seen)).toEqual(expected);
  });

  it('name the schedule that limits the number', () => {
    const at = (schedule: object, seen: object) => {
      const policy = testPolicy({ schedules: [{ ...ALWAYS, ...schedule }] });
      return conditionsOf(decideReplicas(policy, served(), testSeen(seen)).explanation).at(-1)?.message;
    };
    expect(at({}, {})).toBe('0 replicas wanted, raised to the minimum of 4 of the schedule "always".');
    expect(at({ minReplicas: 0, maxReplicas: 2 }, { load: { stable: 50, panic: 50 } })).toBe(
      '5 replicas wanted, limited to the maximum of 2 of the schedule "always".',
    );
    expect(at({ minReplicas: 1 }, { load: { stable: 150, panic: 150 } })).toBe(
      '15 replicas wanted, limited to the maximum of 10.',
    );
  });

  it('name numbers and bounds', () => {
    const { explanation } = decideReplicas(
      testPolicy(),
      served(),
      testSeen({ load: { stable: 150, panic: 150 } }),
    );
    expect(conditionsOf(explanation).map(({ message }) => message)).toEqual([
      'The metric concurrency calls for 15 replicas.',
      'Scaling from 1 to 10 replicas.',
      '15 replicas wanted, limited to the maximum of 10.',
    ]);
  });
});
