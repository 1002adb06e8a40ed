import { heldState, type HeldInputs } from './held-state';

const NOW = 1_000_000;
const FAILED = {
  reason: 'InitializationTimeout',
  message: 'chat-0 was not ready',
  limitMs: 600_000,
  retryAt: NOW + 20_000,
} as const;

const stateWith = (change: Partial<HeldInputs>) =>
  heldState({
    workloadId: 'w',
    isKnown: true,
    pods: [],
    hasUnplaced: false,
    failedStart: undefined,
    now: NOW,
    ...change,
  });

describe('a workload with waiting requests', () => {
  it.each([
    ['has been deleted', { isKnown: false, failedStart: FAILED }, 'unknown'],
    ['is about to start', {}, 'starting'],
    [
      'has replicas, though not all have a place',
      { pods: [{ terminating: false }], hasUnplaced: true },
      'starting',
    ],
    [
      'has replicas that leave only, and no place',
      { pods: [{ terminating: true }], hasUnplaced: true },
      'pending',
    ],
    ['failed to start', { failedStart: FAILED, hasUnplaced: true }, 'failed'],
    ['starts again', { failedStart: { ...FAILED, retryAt: NOW } }, 'starting'],
  ] as const)('%s', (_, change, state) => {
    expect(stateWith(change).state).toBe(state);
  });

  it('names no pod to its callers', () => {
    expect(stateWith({ failedStart: FAILED }).message).toBe(
      'The model server was not ready within 600 s; it starts again in 20 s.',
    );
  });
});
