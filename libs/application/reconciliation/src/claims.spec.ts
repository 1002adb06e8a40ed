import { claimObstacle, type ClaimState } from './claims';

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
