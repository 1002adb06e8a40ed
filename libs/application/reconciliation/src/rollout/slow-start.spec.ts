import type { ReplicaPod } from '../model/replica';
import { replicaPod } from '../testing/replica-pod';
import { planStarts, type StartRecord } from './slow-start';

const LIMIT_MS = 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const at = (ms: number): string => new Date(START + ms).toISOString();

const starting = (uid: string, change: Partial<ReplicaPod> = {}): ReplicaPod =>
  replicaPod({ name: uid, uid, phase: 'Running', changedAt: at(0), ...change });
const ready = (uid: string): ReplicaPod => starting(uid, { ready: true });

/** Plans one after the other, as reconciles do; times in ms since the first one. */
function watch({ limitMs }: { readonly limitMs?: number } = { limitMs: LIMIT_MS }) {
  let record: StartRecord | undefined;
  return (ms: number, pods: readonly ReplicaPod[], revision = 1) => {
    const planned = planStarts(record, pods, { revision, limitMs, now: START + ms });
    record = planned.record;
    const { slow, mayCreate, failed, reconcileAt } = planned.plan;
    return {
      slow: slow.map(({ uid }) => uid),
      mayCreate,
      retryAt: failed && failed.retryAt - START,
      message: failed?.message,
      reconcileAt: reconcileAt && reconcileAt - START,
    };
  };
}

describe('a replica that starts', () => {
  it('has its whole time, and is stopped then', () => {
    const plan = watch();
    expect(plan(0, [starting('a')])).toMatchObject({ slow: [], mayCreate: true, reconcileAt: LIMIT_MS });
    expect(plan(LIMIT_MS - 1, [starting('a')]).slow).toEqual([]);
    expect(plan(LIMIT_MS, [starting('a')])).toMatchObject({
      slow: ['a'],
      mayCreate: false,
      retryAt: LIMIT_MS + 10_000,
      reconcileAt: LIMIT_MS + 10_000,
    });
  });

  it('has any time where none is set', () => {
    const plan = watch({});
    plan(0, [starting('a')]);
    expect(plan(86_400_000, [starting('a')])).toMatchObject({ slow: [], mayCreate: true });
  });

  it.each([
    ['is ready', ready('a')],
    ['was ready before it lost its readiness', starting('a', { startedAt: at(5_000), changedAt: at(9_000) })],
    ['is being deleted', starting('a', { terminating: true })],
    ['has ended', starting('a', { phase: 'Failed' })],
    ['is of another revision', starting('a', { generation: 0 })],
  ])('is not stopped if it %s', (_, pod) => {
    const plan = watch();
    plan(0, [pod]);
    expect(plan(LIMIT_MS, [pod]).slow).toEqual([]);
  });

  it('is never stopped again after it was ready once, though its container restarted', () => {
    const plan = watch();
    plan(0, [ready('a')]);
    plan(1_000, [starting('a', { changedAt: at(1_000), startedAt: at(2_000) })]);
    expect(plan(86_400_000, [starting('a', { startedAt: at(2_000) })]).slow).toEqual([]);
  });

  it('counts once, however often its deletion is planned', () => {
    const plan = watch();
    plan(0, [starting('a')]);
    plan(LIMIT_MS, [starting('a')]);
    expect(plan(LIMIT_MS + 100, [starting('a')])).toMatchObject({ slow: ['a'], retryAt: LIMIT_MS + 10_000 });
  });

  it('reports how it hung', () => {
    const plan = watch();
    const hung = starting('a', { reason: 'CrashLoopBackOff', message: 'exit code 3' });
    plan(0, [hung]);
    expect(plan(LIMIT_MS, [hung]).message).toBe(
      'a was not ready within initializationTimeoutSeconds, 60 s (CrashLoopBackOff: exit code 3); ' +
        'the next start is 10 s after it was stopped',
    );
  });
});

describe('after a start that took too long', () => {
  /** Fails so many starts in a row; returns the delay after each, s. */
  const delays = (count: number) => {
    const plan = watch();
    let now = 0;
    return Array.from({ length: count }, (_, index) => {
      plan(now, [starting(`pod-${index}`)]);
      now += LIMIT_MS;
      const { retryAt = 0 } = plan(now, [starting(`pod-${index}`)]);
      const delay = retryAt - now;
      now = retryAt;
      return delay / 1_000;
    });
  };

  it('every delay is twice the one before, up to five minutes', () => {
    expect(delays(7)).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  const failed = () => {
    const plan = watch();
    plan(0, [starting('a')]);
    plan(LIMIT_MS, [starting('a')]);
    return plan;
  };

  it('nothing is created until the delay has passed', () => {
    const plan = failed();
    expect(plan(LIMIT_MS + 9_999, []).mayCreate).toBe(false);
    expect(plan(LIMIT_MS + 10_000, []).mayCreate).toBe(true);
  });

  it('is reported until a replica is ready', () => {
    const plan = failed();
    expect(plan(LIMIT_MS + 20_000, [starting('b')]).message).toContain('a was not ready');
    expect(plan(LIMIT_MS + 30_000, [ready('b')])).toMatchObject({ message: undefined, mayCreate: true });
  });

  it('a replica that serves all the while does not end the delays', () => {
    const plan = watch();
    plan(0, [ready('serves'), starting('a')]);
    plan(LIMIT_MS, [ready('serves'), starting('a')]);
    expect(plan(LIMIT_MS + 1_000, [ready('serves')]).mayCreate).toBe(false);
  });

  it('a new revision starts at once', () => {
    expect(failed()(LIMIT_MS + 1_000, [], 2)).toMatchObject({ mayCreate: true, message: undefined });
  });
});
