import { matches } from './shares';
import { gpu, holder, node } from './testing';

const places = (change: Parameters<typeof gpu>[1]) =>
  node('a', [gpu(0, change)]).gpus[0]?.pieces.map(({ from, to, memoryFrom, memoryTo, holder: whose }) => [
    [from, to],
    [memoryFrom, memoryTo],
    whose?.workload?.name,
  ]);

describe('the shares of a GPU', () => {
  it('stand side by side, each with its parts of the GPU and of its memory', () => {
    const holders = [holder('a', '1', { milliGpu: 250 }), holder('b', '1', { memoryMiB: 10_240 })];
    expect(places({ holders })).toEqual([
      [[0, 0.25], [0, 0.5], 'a'],
      [[0.25, 0.75], [0.5, 0.75], 'b'],
    ]);
  });

  it('have the parts of the GPU as those of a memory that is not known, and never more than all of it', () => {
    const holders = [holder('a', '1', { milliGpu: 800, memoryMiB: null }), holder('b', '1')];
    expect(places({ memoryMiB: null, holders })).toEqual([
      [[0, 0.8], [0, 0.8], 'a'],
      [[0.8, 1], [0.8, 1], 'b'],
    ]);
  });

  it('are MIG instances in their intervals of memory slices, used or not', () => {
    const mig = [
      { profile: '1g.5gb', start: 2, size: 1, used: false },
      { profile: '3g.20gb', start: 4, size: 4, used: true },
    ];
    const holders = [holder('a', '1', { mig: { profile: '3g.20gb', start: 4, size: 4 } })];
    expect(places({ mig, migSlices: 8, holders })).toEqual([
      [[0.25, 0.375], [0.25, 0.375], undefined],
      [[0.5, 1], [0.5, 1], 'a'],
    ]);
  });

  it('are instances in a row where the model is not known', () => {
    const mig = Array.from({ length: 10 }, (_, start) => ({ profile: 'x', start, used: false }));
    const found = places({ mig });
    expect([found?.length, found?.[9]?.[0]]).toEqual([10, [0.9, 1]]);
  });

  it.each([
    ['chat', true],
    ['project-7', true],
    ['chat-0', true],
    ['id-of-chat', true],
    ['id-of', false],
    ['other', false],
  ])('are found by %p: %p', (wanted, found) => {
    const [piece] = node('a', [gpu(0, { holders: [holder('Chat', '7', { pod: 'chat-0' })] })]).gpus[0]
      ?.pieces ?? [undefined];
    const named = piece && { ...piece, holder: holder('chat', '7') };
    expect(named && matches(named, wanted)).toBe(found);
  });

  it('of another project are found by nothing', () => {
    const [piece] = node('a', [gpu(0, { holders: [{ milliGpu: 1, memoryMiB: 1 }] })]).gpus[0]?.pieces ?? [];
    expect(piece && matches(piece, '')).toBe(false);
  });
});
