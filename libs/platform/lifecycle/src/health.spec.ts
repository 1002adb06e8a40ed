import { Health } from './health';
import { Progress } from './progress';

describe('the health of a process', () => {
  it('is reported by name and cause, liveness separately from readiness', async () => {
    const health = new Health();
    expect([await health.failures(), await health.wedged()]).toEqual([[], []]);
    health.addCheck('database', () => 'away');
    health.addLivenessCheck('pool', () => 'all taken');
    health.addLivenessCheck('relay', () => undefined);
    expect(await health.failures()).toEqual(['database: away']);
    expect(await health.wedged()).toEqual(['pool: all taken']);
  });

  it('is alive while stopping, whatever its loops do', async () => {
    const health = new Health();
    health.addLivenessCheck('relay', () => 'no progress');
    health.beginStop();
    expect([await health.failures(), await health.wedged()]).toEqual([['stopping'], []]);
  });
});

describe('a loop', () => {
  it('is stuck after the limit without a beat, and not before its first one', () => {
    let now = 0;
    const { made, stalled } = new Progress(1_000, () => now);
    now = 5_000;
    expect(stalled()).toBeUndefined();
    made();
    now = 5_999;
    expect(stalled()).toBeUndefined();
    now = 7_000;
    expect(stalled()).toBe('no progress for 2 s');
    made();
    expect(stalled()).toBeUndefined();
  });
});
