import type { ClaimState } from '../model/cluster';
import type { ReplicaPod } from '../model/replica';
import type { ReplicaPlan } from '../rollout/rollout-plan';
import { replicaPod } from '../testing/replica-pod';
import { claimObstacle, offEndingClaims } from './claims';

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
  { name: 'is about to be created', claim: claim({}) },
  { name: 'waits for a volume of a known class', claim: claim({ phase: 'Pending', storageClass: 'fast' }) },
  { name: 'waits for a volume of the default class', claim: claim({ phase: 'Pending' }) },
  {
    name: 'belongs to the user and does not exist',
    claim: claim({ made: false }),
    reason: 'ClaimMissing',
    message: /the PersistentVolumeClaim "c" does not exist in namespace n; create it/,
  },
  {
    name: 'names a missing class',
    claim: claim({ phase: 'Pending', storageClass: 'slow' }),
    reason: 'StorageClassMissing',
    message: /no StorageClass "slow"; available: "cheap", "fast"/,
  },
  {
    name: 'names no class and there is no default',
    claim: claim({ phase: 'Pending' }),
    classes: [],
    reason: 'StorageClassMissing',
    message: /names no StorageClass and the cluster has no default one; available: none/,
  },
  {
    name: 'gets no volume from its class',
    claim: claim({ phase: 'Pending', storageClass: 'fast', trouble: 'out of space' }),
    reason: 'VolumeNotBound',
    message: /gets no volume: out of space/,
  },
  {
    name: 'is being deleted and then recreated by Tessera',
    claim: claim({ phase: 'Bound', endingSince: '2026-01-01T00:00:05Z' }),
    reason: 'ClaimEnding',
    message: /"c" has been terminating since 2026-01-01T00:00:05Z; .*Tessera then creates a new claim/,
  },
  {
    name: 'is being deleted and belongs to the user',
    claim: claim({ phase: 'Bound', made: false, endingSince: '2026-01-01T00:00:05Z' }),
    reason: 'ClaimEnding',
    message: /no pod uses it\. Create it again after that/,
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
  { name: 'created before: it may use the claim', pod: { createdAt: '2026-01-01T00:00:04Z' }, late: false },
  { name: 'created in the same second', pod: { createdAt: '2026-01-01T00:00:05Z' }, late: true },
  { name: 'created afterwards', pod: { createdAt: '2026-01-01T00:00:06Z' }, late: true },
  { name: 'terminating', pod: { createdAt: '2026-01-01T00:00:06Z', terminating: true }, late: false },
  { name: 'that has ended', pod: { createdAt: '2026-01-01T00:00:06Z', phase: 'Failed' }, late: false },
];

describe('a replica on a claim that is being deleted', () => {
  const claims = [claim({}), claim({ endingSince: '2026-01-01T00:00:05Z' })];

  it.each(LATE)('$name', ({ pod, late }) => {
    const replica = replicaPod({ phase: 'Running', ...pod });
    const plan = { create: [], remove: [] };
    expect(offEndingClaims(plan, [replica], claims).remove).toEqual(late ? [replica] : []);
    expect(offEndingClaims(plan, [replica], [claim({})])).toBe(plan);
  });

  it('is not created; the rest of the plan stays', () => {
    const old = replicaPod({ createdAt: '2026-01-01T00:00:04Z', phase: 'Running' });
    const late = replicaPod({ createdAt: '2026-01-01T00:00:06Z', phase: 'Running' });
    const plan: ReplicaPlan = {
      create: [{ ordinal: 1, name: 'w-1', placement: {} as ReplicaPlan['create'][number]['placement'] }],
      remove: [old, late],
    };
    expect(offEndingClaims(plan, [old, late], claims)).toEqual({ create: [], remove: [old, late] });
  });
});
