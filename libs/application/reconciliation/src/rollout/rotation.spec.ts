import type { ReplicaPod } from '../model/replica';
import { replicaPod } from '../testing/replica-pod';
import { planRotation, type ReplicaTraffic } from './rotation';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const LIMIT_MS = 60_000;
const ago = (ms: number): string => new Date(NOW - ms).toISOString();

const replica = (name: string, change: Partial<ReplicaPod> = {}): ReplicaPod =>
  replicaPod({ name, uid: name, phase: 'Running', ready: true, ...change });
const names = (pods: readonly ReplicaPod[]) => pods.map(({ name }) => name);

/** Requests in flight by replica; a replica with none has been drained where it was marked. */
const traffic = (inFlight: Readonly<Record<string, number>>): ReplicaTraffic => ({
  inFlightAt: ({ name }) => inFlight[name] ?? 0,
  isDrained: ({ name, drainingSince }) => drainingSince !== undefined && !inFlight[name],
});

describe('a replica that leaves', () => {
  it.each([
    ['serves: it is marked first', {}, 1, 'drain'],
    ['is marked and has a request: it waits', { drainingSince: ago(1_000) }, 1, 'wait'],
    ['is marked and its requests have ended: it is deleted', { drainingSince: ago(1_000) }, 0, 'remove'],
    ['had its time: it is deleted with its requests', { drainingSince: ago(LIMIT_MS) }, 1, 'remove'],
    ['is not ready and has no request: it is deleted', { ready: false }, 0, 'remove'],
    ['is not ready and has a request: it is marked first', { ready: false }, 1, 'drain'],
    ['has ended: it is deleted', { phase: 'Failed' }, 1, 'remove'],
  ] as const)('%s', (_, change, inFlight, step) => {
    const pod = replica('a', change);
    const plan = planRotation([pod], [pod], traffic({ a: inFlight }), { now: NOW, limitMs: LIMIT_MS });
    expect({ drain: names(plan.drain), remove: names(plan.remove) }).toEqual({
      drain: step === 'drain' ? ['a'] : [],
      remove: step === 'remove' ? ['a'] : [],
    });
    expect(plan.reconcileAt !== undefined).toBe(step !== 'remove');
  });

  it('is reconciled again when its time is over', () => {
    const pod = replica('a', { drainingSince: ago(LIMIT_MS - 500) });
    const plan = planRotation([pod], [pod], traffic({ a: 1 }), { now: NOW, limitMs: LIMIT_MS });
    expect(plan.reconcileAt).toBe(NOW + 500);
  });
});

it('deletes an edited replica at once, with its requests', () => {
  const pod = replica('a');
  const options = { now: NOW, limitMs: LIMIT_MS, isEdited: () => true };
  const plan = planRotation([pod], [pod], traffic({ a: 1 }), options);
  expect({ drain: names(plan.drain), remove: names(plan.remove) }).toEqual({ drain: [], remove: ['a'] });
});

it('puts a replica back that stays after all', () => {
  const stays = replica('a', { drainingSince: ago(1_000) });
  const gone = replica('b', { drainingSince: ago(1_000), terminating: true });
  const plan = planRotation([], [stays, gone], traffic({}), { now: NOW, limitMs: LIMIT_MS });
  expect(names(plan.restore)).toEqual(['a']);
});
