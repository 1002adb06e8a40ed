import { decide, withShare, type Measured } from './decision';
import { targetOf } from './command';
import { rollOut, type AliasTarget } from './rollout';

const TARGETS = [
  { projectId: '1', workload: 'old', weight: 3 },
  { projectId: '1', workload: 'other', weight: 1 },
  { projectId: '1', workload: 'new', weight: 0 },
];
const NEW = { projectId: '1', workload: 'new' };
const BOUNDS = { errorRate: 0.01, p95Ms: 500, leastRequests: 10 };
const measured = (requests: number, errors = 0, p95Ms?: number): Measured => ({ requests, errors, p95Ms });

describe('the decision after an interval', () => {
  it.each([
    { name: 'within the bounds', given: measured(100, 1, 500), kind: 'on' },
    { name: 'too many errors', given: measured(100, 2, 5), kind: 'back' },
    { name: 'too slow', given: measured(100, 0, 501), kind: 'back' },
    { name: 'too few requests', given: measured(9, 9, 9_000), kind: 'wait' },
  ])('$name: $kind', ({ given, kind }) => {
    expect(decide(given, BOUNDS).kind).toBe(kind);
  });
});

describe('the weights of a step', () => {
  it('give one workload its share, and keep the proportions of the others', () => {
    expect(withShare(TARGETS, NEW, 20).map(({ weight }) => weight)).toEqual([6_000, 2_000, 2_000]);
    expect(withShare(TARGETS, NEW, 100).map(({ weight }) => weight)).toEqual([0, 0, 10_000]);
  });

  it('leave a workload of that name in another project its own', () => {
    const targets = [
      { projectId: '2', workload: 'new', weight: 1 },
      { projectId: '1', workload: 'new', weight: 0 },
    ];
    expect(withShare(targets, NEW, 20).map(({ weight }) => weight)).toEqual([8_000, 2_000]);
  });

  it('divide what is left where the others had no weight', () => {
    const none = TARGETS.map((one) => ({ ...one, weight: 0 }));
    expect(withShare(none, NEW, 50).map(({ weight }) => weight)).toEqual([2_500, 2_500, 5_000]);
  });
});

describe('the target of a rollout', () => {
  const TWO = ['1', '2'].map((projectId) => ({ projectId, workload: 'new', weight: 1 }));
  const find = (to: string, targets = TWO) =>
    targetOf({ name: 'gpt', targets }, to, (id) => Promise.resolve(`p${id}`));

  it.each([
    { to: 'p2/new', targets: TWO, projectId: '2' },
    { to: 'new', targets: TWO.slice(0, 1), projectId: '1' },
  ])('is found by $to', async ({ to, targets, projectId }) => {
    expect(await find(to, targets)).toMatchObject({ projectId, workload: 'new' });
  });

  it.each([
    { to: 'new', why: 'use one of p1/new, p2/new' },
    { to: 'p3/new', why: 'is not a target' },
  ])('is not guessed: $to', async ({ to, why }) => {
    await expect(find(to)).rejects.toThrow(why);
  });
});

describe('a rollout', () => {
  /** The answers are those of `measure`, of which every step drops the first. */
  const play = async (answers: readonly (Measured | Error)[], patience = 2) => {
    const shares: number[] = [];
    let last: readonly AliasTarget[] = [];
    let at = 0;
    const done = rollOut(
      { targets: TARGETS, target: NEW, steps: [10, 100], bounds: BOUNDS, patience },
      {
        apply: (targets) => {
          last = targets;
          shares.push((targets.at(-1)?.weight ?? 0) / 100);
          return Promise.resolve();
        },
        measure: () => {
          const answer = answers[at++] ?? measured(0);
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
        pause: () => Promise.resolve(),
        report: () => undefined,
      },
    ).catch((error: unknown) => String(error));
    return { done: await done, shares, isBack: last === TARGETS };
  };
  const GOOD = measured(20, 0, 100);

  it('goes on in steps while all is well', async () => {
    const before = measured(50, 50);
    expect(await play([before, GOOD, before, GOOD])).toEqual({
      done: true,
      shares: [10, 100],
      isBack: false,
    });
  });

  it.each([
    { name: 'errors', answers: [GOOD, measured(20, 5)] },
    { name: 'latency', answers: [GOOD, measured(20, 0, 900)] },
    { name: 'too few requests for too long', answers: [GOOD, measured(1), measured(1)] },
    { name: 'errors over two intervals together', answers: [GOOD, measured(6, 2), measured(6)] },
  ])('goes back for $name', async ({ answers }) => {
    expect(await play(answers)).toEqual({ done: false, shares: [10, 0], isBack: true });
  });

  it('goes back where the gateways cannot be asked, and fails', async () => {
    const played = await play([GOOD, new Error('no answer')]);
    expect(played).toEqual({ done: 'Error: no answer', shares: [10, 0], isBack: true });
  });
});
