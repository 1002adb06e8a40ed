import { claimObstacle, offEndingClaims } from './claims';
import type { ClaimState, ReplicaPod } from '../model/workload';
import type { ReplicaPlan } from '../rollout/rollout-plan';

const CLASSES = [
  { name: 'fast', isDefault: false },
  { name: 'cheap', isDefault: true },
];
const claim = (more: Partial<ClaimState>): ClaimState => ({
  name: 'c',
  field: 'spec.storage.pvc',
  made: true,
  ...more,
});

interface Case {
  readonly name: string;
  readonly claim: ClaimState;
  readonly classes?: typeof CLASSES;
  readonly reason?: string;
  readonly message?: RegExp;
}

const CASES: readonly Case[] = [
  { name: 'is bound', claim: claim({ phase: 'Bound', storageClass: 'gone' }) },
  { name: 'is about to be made', claim: claim({}) },
  { name: 'waits for a volume of a known class', claim: claim({ phase: 'Pending', storageClass: 'fast' }) },
  { name: 'waits for a volume of the default class', claim: claim({ phase: 'Pending' }) },
  {
    name: 'is somebody else’s and not there',
    claim: claim({ made: false }),
    reason: 'ClaimMissing',
    message: /no PersistentVolumeClaim "c" in the namespace n; create it/,
  },
  {
    name: 'names a class that the cluster has not',
    claim: claim({ phase: 'Pending', storageClass: 'slow' }),
    reason: 'StorageClassMissing',
    message: /no StorageClass "slow".*it has "cheap", "fast"/,
  },
  {
    name: 'names no class where there is no default',
    claim: claim({ phase: 'Pending' }),
    classes: [],
    reason: 'StorageClassMissing',
    message: /names no StorageClass and the cluster has no default one; it has none/,
  },
  {
    name: 'gets no volume from its class',
    claim: claim({ phase: 'Pending', storageClass: 'fast', trouble: 'out of space' }),
    reason: 'VolumeNotBound',
    message: /gets no volume: out of space/,
  },
  {
    name: 'is being deleted and made anew by us',
    claim: claim({ phase: 'Bound', endingSince: '2026-01-01T00:00:05Z' }),
    reason: 'ClaimEnding',
    message: /"c" is being deleted since 2026-01-01T00:00:05Z .*before that, then with a new claim\./,
  },
  {
    name: 'is being deleted and somebody else’s',
    claim: claim({ phase: 'Bound', made: false, endingSince: '2026-01-01T00:00:05Z' }),
    reason: 'ClaimEnding',
    message: /before there is another one\./,
  },
  { name: 'has lost its volume', claim: claim({ phase: 'Lost' }), reason: 'VolumeLost', message: /is gone/ },
];

describe('a claim that', () => {
  it.each(CASES)('$name', ({ claim: state, classes = CLASSES, reason, message }) => {
    const problem = claimObstacle('n', [state], classes);
    expect(problem?.reason).toBe(reason);
    if (message !== undefined) expect(problem?.message).toMatch(message);
    expect(problem?.final).toBe(reason === undefined ? undefined : false);
  });
});

interface Late {
  readonly name: string;
  readonly pod: Partial<ReplicaPod>;
  readonly late: boolean;
}

const LATE: readonly Late[] = [
  { name: 'made before: it uses the claim rightly', pod: { createdAt: '2026-01-01T00:00:04Z' }, late: false },
  { name: 'made in the same second', pod: { createdAt: '2026-01-01T00:00:05Z' }, late: true },
  { name: 'made afterwards', pod: { createdAt: '2026-01-01T00:00:06Z' }, late: true },
  { name: 'on its way out', pod: { createdAt: '2026-01-01T00:00:06Z', terminating: true }, late: false },
  { name: 'that has ended', pod: { createdAt: '2026-01-01T00:00:06Z', phase: 'Failed' }, late: false },
];

describe('a replica on a claim that is being deleted', () => {
  const claims = [claim({}), claim({ endingSince: '2026-01-01T00:00:05Z' })];

  it.each(LATE)('$name', ({ pod, late }) => {
    const replica = { phase: 'Running', terminating: false, ...pod } as ReplicaPod;
    const plan = { create: [], remove: [] };
    expect(offEndingClaims(plan, [replica], claims).remove).toEqual(late ? [replica] : []);
    expect(offEndingClaims(plan, [replica], [claim({})])).toBe(plan);
  });

  it('is not made; what else was planned stays', () => {
    const old = { createdAt: '2026-01-01T00:00:04Z', phase: 'Running' } as ReplicaPod;
    const late = { createdAt: '2026-01-01T00:00:06Z', phase: 'Running' } as ReplicaPod;
    const plan: ReplicaPlan = {
      create: [{ ordinal: 1, name: 'w-1', placement: {} as ReplicaPlan['create'][number]['placement'] }],
      remove: [old, late],
    };
    expect(offEndingClaims(plan, [old, late], claims)).toEqual({ create: [], remove: [old, late] });
  });
});
