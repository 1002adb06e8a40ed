import fc from 'fast-check';
import { FragmentationMeasure } from './fragmentation';
import { codeOf, VectorTable } from '../model/gpu-vector';
import { residualWorth } from './residual-worth';
import type { TaskShape } from './task-mix';

const task = (
  kind: 'none' | number,
  cpuMilli: number,
  weight: number,
  models: readonly string[] = [],
): TaskShape => ({
  gpu:
    kind === 'none'
      ? { kind }
      : kind >= 1000
        ? { kind: 'whole', devices: kind / 1000 }
        : { kind: 'portion', devices: 1, milliGpu: kind },
  gpuModels: models,
  cpuMilli,
  weight,
});

/** Fragmentation of devices with such free shares, of model T4, beside 4 free cores. */
function measured(free: readonly number[], tasks: readonly TaskShape[], cpuMilli = 4000): number {
  const vectors = new VectorTable();
  const { id } = vectors.classFor('T4', 15_000);
  const vector = vectors.intern(free.map((milli) => codeOf(id, milli)));
  return new FragmentationMeasure(1, { tasks }, vectors).valueOf(vector, cpuMilli);
}

describe('fragmentation of a node', () => {
  it.each([
    ['is all that is free where the task asks no GPU', [500, 1000], [task('none', 1000, 1)], 1.5],
    ['is all that is free where CPU is short', [500, 1000], [task(500, 5000, 1)], 1.5],
    ['is all that is free where too few devices fit', [900, 1000], [task(2000, 1000, 1)], 1.9],
    ['is all that is free where the model is another', [1000], [task(500, 1000, 1, ['A100'])], 1],
    ['is what lies on devices too full for the task', [400, 500, 1000], [task(500, 1000, 1)], 0.4],
    ['is nothing where every device can be used', [500, 1000], [task(500, 1000, 1)], 0],
    ['is the expectation over the mix', [400, 1000], [task(500, 1000, 3), task('none', 0, 1)], 0.65],
  ] as const)('%s', (_title, free, tasks, want) => {
    expect(measured(free, tasks)).toBeCloseTo(want, 9);
  });
});

describe('worth of a free share', () => {
  it('is the value of the best cut', () => {
    const worth = residualWorth(new Map([[470, 1]]));
    expect(worth[469]).toBe(0);
    expect(worth[470]).toBeCloseTo(0.5, 9);
    expect(worth[999]).toBeCloseTo(1, 9);
  });

  it('prices a filler task by the waste that it avoids', () => {
    const worth = residualWorth(
      new Map([
        [810, 10],
        [190, 1],
      ]),
    );
    expect(worth[190]).toBeCloseTo(0, 9);
    expect(worth[810]).toBeCloseTo(1, 9);
  });

  it('grows with the share, is 0 for nothing and 1 for a device, and no set that fits is worth more', () => {
    const demand = fc.dictionary(
      fc.integer({ min: 20, max: 999 }).map(String),
      fc.integer({ min: 1, max: 50 }),
      {
        minKeys: 1,
        maxKeys: 8,
      },
    );
    fc.assert(
      fc.property(demand, (counts) => {
        const worth = residualWorth(
          new Map(Object.entries(counts).map(([size, count]) => [Number(size), count])),
        );
        expect(worth[0]).toBe(0);
        expect(worth[1000]).toBe(1);
        for (let free = 1; free <= 1000; free++)
          expect((worth[free] as number) + 1e-9).toBeGreaterThanOrEqual(worth[free - 1] as number);
        for (let a = 0; a <= 1000; a += 37)
          expect((worth[a] as number) + (worth[1000 - a] as number)).toBeLessThanOrEqual(1 + 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});
