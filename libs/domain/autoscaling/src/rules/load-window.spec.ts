import { LoadWindow } from './load-window';

const T0 = 1_700_000_000_000;

/** A window of so many seconds with samples by the second. */
function windowOf(seconds: number, samples: Readonly<Record<number, number>>): LoadWindow {
  const window = new LoadWindow(seconds * 1000);
  for (const [at, value] of Object.entries(samples)) window.record(T0 + Number(at) * 1000, value);
  return window;
}

describe('a window of load', () => {
  it.each([
    ['one sample is the average', { 0: 6 }, 0, 6],
    ['samples of one second add up', { 0: 1, 0.5: 2 }, 0, 3],
    ['a young window counts what it has', { 0: 2, 1: 4 }, 1, 3],
    ['a second without a sample in between counts as zero', { 0: 3, 2: 3 }, 2, 2],
    ['the time since the newest sample is left out', { 0: 4, 1: 4 }, 4, 4],
    ['what is older than the window is forgotten', { 0: 100, 1: 5, 2: 5, 3: 5, 4: 5, 5: 5 }, 5, 5],
    ['a late sample counts within the window', { 5: 4, 3: 2 }, 5, 2],
    ['a sample that is too late does not count', { 9: 4, 3: 2 }, 9, 4],
    ['after a silence as long as the window it starts again', { 0: 9, 6: 4 }, 6, 4],
  ])('%s', (_, samples, at, average) => {
    expect(windowOf(5, samples).average(T0 + at * 1000)).toBe(average);
  });

  it('has no average before the first sample, nor after a silence as long as the window', () => {
    const window = windowOf(5, { 0: 7 });
    expect(new LoadWindow(5_000).average(T0)).toBeUndefined();
    expect(window.average(T0 + 4_999)).toBe(7);
    expect(window.average(T0 + 5_000)).toBeUndefined();
    expect(window.average(T0 + 60_000)).toBeUndefined();
  });

  it('leaves no rounding error behind of samples that left the window', () => {
    const window = new LoadWindow(3_000);
    for (let second = 0; second < 100; second += 1) window.record(T0 + second * 1000, second < 90 ? 0.1 : 0);
    expect(window.average(T0 + 99_000)).toBe(0);
  });
});
