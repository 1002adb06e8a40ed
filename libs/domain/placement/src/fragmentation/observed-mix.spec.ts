import { mixDistance, observedMix, type ObservedTask } from './observed-mix';
import { PRIOR_MIX } from './task-mix';

const DAY = 86_400_000;
const seen = (milliGpu: number, ageMs: number): ObservedTask => ({
  gpu: { kind: 'portion', devices: 1, milliGpu },
  gpuModels: [],
  cpuMilli: 1000,
  ageMs,
});
const times = (count: number, task: ObservedTask): ObservedTask[] =>
  Array.from({ length: count }, () => task);

describe('the observed mix', () => {
  it('is the prior while there are no observations', () => {
    expect(mixDistance(observedMix([]), PRIOR_MIX)).toBeLessThan(0.06);
  });

  it('decays: after one half-life an observation counts half', () => {
    const mix = observedMix([...times(100, seen(300, 0)), ...times(100, seen(600, DAY))], { priorWeight: 0 });
    const [first, second] = mix.tasks;
    expect(first?.weight).toBeCloseTo(100, 6);
    expect(second?.weight).toBeCloseTo(50, 6);
  });

  it('does not depend on the order of the observations', () => {
    const tasks = [seen(300, 5), seen(600, 7), seen(300, 9)];
    expect(observedMix([...tasks].reverse())).toEqual(observedMix(tasks));
  });

  it('moves from the prior to the observations', () => {
    const few = observedMix(times(5, seen(700, 0)));
    const many = observedMix(times(5000, seen(700, 0)));
    expect(mixDistance(many, PRIOR_MIX)).toBeGreaterThan(mixDistance(few, PRIOR_MIX));
    expect(many.tasks).toEqual([
      expect.objectContaining({ gpu: { kind: 'portion', devices: 1, milliGpu: 700 } }),
    ]);
  });
});
