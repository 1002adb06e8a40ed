/** A decision that is due, and what was recorded since the one before. Times in ms since the epoch. */
export interface Tick {
  readonly at: number;
  readonly ready: number;
  /** Pairs of time and value. */
  readonly samples: readonly (readonly [number, number])[];
}

/** What happens to one workload: a line of input of the program. Durations in ms. */
export interface Series {
  readonly start: number;
  readonly readyAtStart: number;
  readonly metric: 'concurrency' | 'rps';
  readonly target: number;
  readonly panicThreshold: number;
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  readonly stableWindowMs: number;
  readonly panicWindowMs: number;
  readonly activationReplicas: number;
  readonly scaleDownDelayMs: number;
  readonly reachable: boolean;
  readonly ticks: readonly Tick[];
}

/** The replicas of every tick of one series; null where nothing can be decided. */
export type Answers = readonly (number | null)[];

const TICK_MS = 2_000;
const EPOCH = Date.UTC(2025, 0, 1);

/** A generator of numbers in [0, 1), the same for the same seed: Marsaglia's xorshift of 32 bits. */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * A random series: any settings, load that rises, falls, jumps and stops, reports that come late or not at all, replicas
 * that follow or do not, ticks that are late, early or left out. `random` gives numbers in [0, 1).
 */
export function randomSeries(random: () => number): Series {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const start = EPOCH + Math.floor(random() * 1_000_000);
  const readyAtStart = Math.floor(random() ** 2 * 20);
  const stableWindowMs = pick([6, 20, 60, 60, 60, 120]) * 1000;
  const target = pick([0.01, 0.7, 1, 7, 10, 70, 0.3 + random() * 50]);
  const spacing = pick([1, 1, 1, 2, 5]);
  const reporting = pick([1, 1, 0.9, 0.5]);
  const ticks: Tick[] = [];
  let at = start;
  let sampledTo = Math.floor(start / 1000);
  let load = random() < 0.3 ? 0 : target * random() * 20;
  let isReporting = random() < 0.9;
  let ready = readyAtStart;
  let newest = -Infinity;
  for (let count = 20 + Math.floor(random() * 60); count > 0; count -= 1) {
    at += TICK_MS * spacing + Math.floor((random() - 0.5) * 1_500);
    if (random() < 0.1) load = random() < 0.4 ? 0 : target * random() * 100;
    if (random() < 0.05) isReporting = !isReporting;
    load *= 0.8 + random() * 0.4;
    ready = pick([ready, ready, Math.ceil(load / target), Math.floor(random() * 60), 0]);
    const samples: [number, number][] = [];
    for (; sampledTo < Math.floor(at / 1000); sampledTo += 1) {
      if (!isReporting || random() > reporting) continue;
      const late = random() < 0.05 ? Math.floor(random() * 1.5 * stableWindowMs) : 0;
      const time = sampledTo * 1000 + Math.floor(random() * 1000) - late;
      samples.push([time, random() < 0.1 ? 0 : load * (0.5 + random())]);
      newest = Math.max(newest, time);
    }
    // The one second in which the answers differ on purpose.
    if (Math.floor(at / 1000) - Math.floor(newest / 1000) === stableWindowMs / 1000) at += 1_000;
    ticks.push({ at, ready, samples });
  }
  return {
    start,
    readyAtStart,
    metric: pick(['concurrency', 'rps']),
    target,
    panicThreshold: pick([2, 2, 1.1, 10]),
    maxScaleUpRate: pick([1000, 1000, 1.1, 2, 10]),
    maxScaleDownRate: pick([2, 2, 1.1, 10]),
    stableWindowMs,
    panicWindowMs: Math.max(1_000, Math.floor((stableWindowMs * pick([10, 10, 50])) / 100_000) * 1000),
    activationReplicas: pick([0, 0, 1, 2, 7]),
    scaleDownDelayMs: pick([0, 0, 1, 6, 30, 61]) * 1000,
    reachable: random() < 0.9,
    ticks,
  };
}
