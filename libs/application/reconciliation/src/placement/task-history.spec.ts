import { ObservedTasks } from './task-history';

const HOUR = 3600_000;
const portion = (milliGpu: number) =>
  ({ gpu: { kind: 'portion', devices: 1, milliGpu }, gpuModels: [], cpuMilli: 1000 }) as const;

function setUp() {
  let now = 0;
  const tasks = new ObservedTasks({ now: () => now });
  const weightOf = (milliGpu: number): number =>
    tasks.mix().tasks.find(({ gpu }) => gpu.kind === 'portion' && gpu.milliGpu === milliGpu)?.weight ?? 0;
  return { tasks, weightOf, advance: (ms: number) => (now += ms) };
}

describe('the observed tasks of a cluster', () => {
  it('count one replica once, however often it is seen', () => {
    const { tasks, weightOf, advance } = setUp();
    for (let i = 0; i < 5; i += 1) tasks.see('a', portion(333));
    tasks.see('b', portion(333));
    advance(6000);
    expect(weightOf(333)).toBeCloseTo(2, 1);
  });

  it('count half a day after they were last seen, and fully while they run', () => {
    const { tasks, weightOf, advance } = setUp();
    const see = (name: string, milliGpu: number) => {
      for (let i = 0; i < 40; i += 1) tasks.see(`${name}-${i}`, portion(milliGpu));
    };
    see('gone', 333);
    see('running', 444);
    advance(24 * HOUR);
    see('running', 444);
    expect(weightOf(333)).toBeCloseTo(20, 5);
    expect(weightOf(444)).toBe(40);
  });

  it('give the same mix for five seconds', () => {
    const { tasks, advance } = setUp();
    const before = tasks.mix();
    tasks.see('a', portion(333));
    advance(4999);
    expect(tasks.mix()).toBe(before);
    advance(1);
    expect(tasks.mix()).not.toBe(before);
  });

  it('drop the least recently seen when there are too many', () => {
    const { tasks, weightOf, advance } = setUp();
    tasks.see('first', portion(333));
    for (let i = 0; i < 20_000; i += 1) tasks.see(`other-${i}`, portion(444));
    advance(6000);
    expect(weightOf(333)).toBe(0);
  });
});
