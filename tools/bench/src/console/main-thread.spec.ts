import { mainThreadOf, type TraceEvent } from './main-thread';

const event = (name: string, ts: number, dur?: number, tid = 1): TraceEvent => ({
  ...{ name, ts, pid: 1, tid, ph: dur === undefined ? 'I' : 'X' },
  ...(dur === undefined ? {} : { dur, tdur: dur / 2 }),
});

describe('the main thread in a trace', () => {
  it('has the work of every frame, callbacks and other tasks, and the longest task', () => {
    const found = mainThreadOf([
      event('RunTask', 0, 4_000),
      event('FireAnimationFrame', 1_000),
      event('RunTask', 5_000, 1_500),
      event('RunTask', 16_000, 3_000),
      event('FireAnimationFrame', 17_000),
      event('RunTask', 32_000, 9_000),
      event('FireAnimationFrame', 33_000),
    ]);
    expect(found).toEqual({
      ...{ frames: [5.5, 3], processorMs: [2.75, 1.5] },
      ...{ longestTaskMs: 9, seconds: 0.032 },
    });
  });

  it('is that of the thread with most frames', () => {
    const found = mainThreadOf([
      event('RunTask', 0, 50_000, 2),
      event('FireAnimationFrame', 1_000, undefined, 2),
      ...[0, 10_000, 20_000].flatMap((ts) => [
        event('RunTask', ts, 1_000),
        event('FireAnimationFrame', ts + 1),
      ]),
    ]);
    expect(found.frames).toEqual([1, 1]);
    expect(found.longestTaskMs).toBe(1);
  });

  it('is not there without frames or tasks', () => {
    expect(() => mainThreadOf([event('RunTask', 0, 1)])).toThrow('no frames');
    expect(() => mainThreadOf([event('FireAnimationFrame', 0)])).toThrow('no tasks');
  });
});
