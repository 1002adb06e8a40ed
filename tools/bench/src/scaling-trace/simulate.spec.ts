import { coldStartMs } from './cold-start';
import { gamma } from './gamma';
import { seeded } from '../placement-trace/random';
import { scalerOf, type ScalerName } from './scalers';
import { simulate } from './simulate';
import { replicasFor, type Arrival, type WorkloadTrace } from './trace';

const at = (seconds: number, durationSeconds = 10): Arrival => ({
  at: seconds * 1000,
  count: 1,
  durationMs: durationSeconds * 1000,
  prefillMs: 0,
});

const traceOf = (arrivals: readonly Arrival[], slots = 2, lengthMs = 600_000): WorkloadTrace => ({
  name: 'sample',
  lengthMs,
  stepMs: 1_000,
  arrivals,
  slots,
  ...replicasFor(arrivals, lengthMs, slots),
});

const play = (name: ScalerName, trace: WorkloadTrace, coldStartSeconds = 4) =>
  simulate(trace, scalerOf(name, trace, 100), () => coldStartSeconds * 1000);

describe('a simulated workload', () => {
  it('wakes for a request, which waits for the start, and sleeps a stable window after it', () => {
    const { cold, coldStarts, inTime, inStrictTime, replicaHours } = play('kpa', traceOf([at(100)]));
    expect({ cold, coldStarts, inTime, inStrictTime }).toEqual({
      cold: 1,
      coldStarts: 1,
      inTime: 1,
      inStrictTime: 0,
    });
    const seconds = Math.round(replicaHours * 3_600);
    expect(seconds).toBeGreaterThanOrEqual(4 + 10 + 60);
    expect(seconds).toBeLessThanOrEqual(4 + 10 + 60 + 6);
  });

  it('lets a request wait for a place', () => {
    const trace = { ...traceOf([at(100), at(100), at(100)]), peakReplicas: 1 };
    const { requests, inTime } = play('static', trace);
    expect({ requests, inTime }).toEqual({ requests: 3, inTime: 2 });
  });

  it('is given what it needs, when it needs it, by somebody who knows the trace', () => {
    const { coldStarts, inStrictTime, replicaHours } = play(
      'oracle',
      traceOf([at(100), at(100), at(100)]),
      0,
    );
    expect({ coldStarts, inStrictTime }).toEqual({ coldStarts: 1, inStrictTime: 3 });
    // Twenty, and what a tick and the last requests add.
    expect(Math.round(replicaHours * 3_600)).toBe(22);
  });

  it('always runs what the peak needs where nobody scales', () => {
    const { starts, replicaHours } = play('static', traceOf([at(100), at(100), at(100)]));
    expect({ starts, replicaHours: Math.round(replicaHours * 3_600) }).toEqual({
      starts: 0,
      replicaHours: 1_200,
    });
  });

  it('has fewer cold starts where pauses are learned than where they are not', () => {
    const habit = Array.from({ length: 30 }, (_, index) => at(index * 100, 1));
    const trace = traceOf(habit, 2, 3_000_000);
    expect(play('kpa', trace, 30).coldStarts).toBe(30);
    expect(play('adaptive', trace, 30).coldStarts).toBeLessThan(8);
  });

  it('learns from the past alone: what comes later changes nothing of what came before', () => {
    const habit = Array.from({ length: 10 }, (_, index) => at(index * 100, 1));
    const short = traceOf(habit, 2, 1_000_000);
    const long = { ...short, arrivals: [...habit, at(1_100), at(1_200), at(1_201)] };
    expect(play('adaptive', long, 30)).toEqual(play('adaptive', short, 30));
  });
});

describe('cold starts', () => {
  it.each([
    ['slow', 0.5, 22_700],
    ['slow', 0.9, 42_000],
    ['slow', 0.99, 51_900],
    ['slow', 0, 11_350],
    ['fast', 0.5, 4_540],
  ] as const)('%s: the share %d takes %d ms at the most', (set, share, ms) => {
    expect(coldStartMs(set, share)).toBeCloseTo(ms, 3);
  });
});

describe('draws from the gamma distribution', () => {
  it.each([0.05, 0.7, 3])('have mean and variance %d', (shape) => {
    const random = seeded(7);
    const draws = Array.from({ length: 100_000 }, () => gamma(shape, random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(mean / shape).toBeCloseTo(1, 1);
    expect(variance / shape).toBeCloseTo(1, 0.5);
  });
});
