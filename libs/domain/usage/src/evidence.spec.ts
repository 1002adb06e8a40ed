import type { Allocation } from './allocation';
import { endOf } from './allocation';
import { changesBy, type Evidence } from './evidence';

const SHARE: Allocation = {
  podId: 'p',
  workloadId: 'w',
  nodePool: '',
  gpuType: '',
  migProfile: '',
  milliGpu: 1000,
  startedAt: 100,
  heldSequence: -1,
};
const allocated = (sequence: number): Evidence => ({
  named: [{ ...SHARE, heldSequence: sequence }],
  snapshots: [],
});
const released = (sequence: number, at: number): Evidence => ({
  named: [{ ...SHARE, released: { sequence, at } }],
  snapshots: [],
});
const stateWith = (sequence: number, at: number): Evidence => ({
  named: [{ ...SHARE, heldSequence: sequence }],
  snapshots: [{ workloadId: 'w', sequence, at, holding: new Set(['p']) }],
});
const stateWithout = (sequence: number, at: number): Evidence => ({
  named: [],
  snapshots: [{ workloadId: 'w', sequence, at, holding: new Set() }],
});

const intervals = (...all: Evidence[]) => {
  let known: readonly Allocation[] = [];
  for (const evidence of all) {
    const changed = new Map(changesBy(known, evidence).map(({ after }) => [after.podId, after]));
    known = [...new Map([...known.map((one) => [one.podId, one] as const), ...changed]).values()];
  }
  return known.map((allocation) => [allocation.startedAt, endOf(allocation)]);
};

describe('the interval in which a pod held its share', () => {
  it.each<readonly [string, Evidence[], (number | undefined)[][]]>([
    ['allocated: open', [allocated(1)], [[100, undefined]]],
    ['allocated and released', [allocated(1), released(5, 300)], [[100, 300]]],
    ['released before allocated arrives', [released(5, 300), allocated(1)], [[100, 300]]],
    ['the release alone', [released(5, 300)], [[100, 300]]],
    ['everything twice', [allocated(1), released(5, 300), allocated(1), released(5, 300)], [[100, 300]]],
    ['an old state that arrives late', [released(5, 300), stateWith(2, 150)], [[100, 300]]],
    ['lost release: the first state without it', [allocated(1), stateWithout(7, 400)], [[100, 400]]],
    [
      'of several such states the oldest, in any order',
      [allocated(1), stateWithout(9, 500), stateWithout(7, 400)],
      [[100, 400]],
    ],
    ['a state from before it', [allocated(3), stateWithout(2, 90)], [[100, undefined]]],
    [
      'a release that arrives after the state without it: the release is exact',
      [allocated(1), stateWithout(6, 310), released(5, 300)],
      [[100, 300]],
    ],
    [
      'found gone, and there again: the cluster had shown an old list',
      [allocated(1), released(5, 300), stateWith(8, 500)],
      [[100, undefined]],
    ],
    [
      'and then released for good',
      [allocated(1), released(5, 300), stateWith(8, 500), released(11, 900)],
      [[100, 900]],
    ],
    ['a release dated before its start, by another clock', [allocated(1), released(2, 40)], [[100, 100]]],
    ['a state without any pod before anything is known', [stateWithout(2, 90)], []],
  ])('%s', (_what, evidence, expected) => {
    expect(intervals(...evidence)).toEqual(expected);
  });

  it('is not written again by a later state that still has it', () => {
    const known = changesBy([], allocated(1)).map(({ after }) => after);
    expect(changesBy(known, stateWith(9, 500))).toEqual([]);
  });
});
