import type { Allocation } from './allocation';
import { gpuHours } from './hours';

const at = (text: string): number => Date.parse(`2026-01-${text}Z`);

/** Half a GPU from one moment to another; without an end it is still held. */
const held = (podId: string, from: string, to?: string, more: Partial<Allocation> = {}): Allocation => ({
  podId,
  workloadId: 'w',
  nodePool: 'pool-a',
  gpuType: 'A100',
  migProfile: '',
  milliGpu: 500,
  startedAt: at(from),
  heldSequence: 1,
  ...(to === undefined ? {} : { released: { sequence: 2, at: at(to) } }),
  ...more,
});

const PERIOD = { from: at('01T00:00'), to: at('03T12:00') };
const hours = (...allocations: Allocation[]) =>
  gpuHours(allocations, PERIOD).map(({ hour, gpuTime }) => [
    new Date(hour).toISOString().slice(8, 13),
    gpuTime / 3.6e9,
  ]);

describe('GPU time by hour', () => {
  it.each<readonly [string, Allocation[], (string | number)[][]]>([
    ['within one hour', [held('a', '01T10:15', '01T10:45')], [['01T10', 0.25]]],
    [
      'over the border of a day',
      [held('a', '01T23:30', '02T00:45')],
      [
        ['01T23', 0.25],
        ['02T00', 0.375],
      ],
    ],
    ['from border to border', [held('a', '01T10:00', '01T11:00')], [['01T10', 0.5]]],
    [
      'still held: to the end of the period',
      [held('a', '03T10:30')],
      [
        ['03T10', 0.25],
        ['03T11', 0.5],
      ],
    ],
    ['one that began before the period', [held('a', '01T00:00', '01T00:30')], [['01T00', 0.25]]],
    [
      'two replicas at once, and one after the other',
      [
        held('a', '01T10:00', '01T10:30'),
        held('b', '01T10:00', '01T10:30'),
        held('c', '01T10:30', '01T11:00'),
      ],
      [['01T10', 0.75]],
    ],
    ['two whole devices', [held('a', '01T10:00', '01T11:00', { milliGpu: 2000 })], [['01T10', 2]]],
    [
      'a MIG instance of two of seven slices',
      [held('a', '01T10:00', '01T11:00', { milliGpu: 286, migProfile: '2g.10gb' })],
      [['01T10', 0.286]],
    ],
    ['nothing, where it ended as it began', [held('a', '01T10:00', '01T10:00')], []],
    ['nothing after the period', [held('a', '03T12:00')], []],
  ])('of a share held %s', (_what, allocations, expected) => {
    expect(hours(...allocations)).toEqual(expected);
  });

  it('keeps kinds of GPU and workloads apart', () => {
    const rows = gpuHours(
      [
        held('a', '01T10:00', '01T11:00'),
        held('b', '01T10:00', '01T11:00', { gpuType: 'H100' }),
        held('c', '01T10:00', '01T11:00', { workloadId: 'v' }),
      ],
      PERIOD,
    );
    expect(rows.map(({ workloadId, gpuType }) => [workloadId, gpuType])).toEqual([
      ['w', 'A100'],
      ['w', 'H100'],
      ['v', 'A100'],
    ]);
  });
});
