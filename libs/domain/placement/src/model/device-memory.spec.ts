import { shareMiB, usableMiB } from './device-memory';

describe('memory of a device available to replicas', () => {
  it.each([
    ['3 % less on a large one, rounded up', 40_960, 40_960 - 1229],
    ['256 MiB less where that is more', 8192, 8192 - 256],
    ['nothing of one that is smaller than that', 200, 0],
    ['nothing of one whose size is unknown', 0, 0],
  ])('is %s', (_what, total, usable) => {
    expect(usableMiB(total)).toBe(usable);
  });

  it('is never exceeded by shares of it that sum to the whole', () => {
    const usable = usableMiB(40_960);
    const thirds = [334, 333, 333].map((milli) => shareMiB(milli, usable));
    expect(thirds.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(usable);
  });
});
