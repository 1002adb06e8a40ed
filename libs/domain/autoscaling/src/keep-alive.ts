/** What is known of the times without a request. Plain data. */
export interface IdleTimes {
  /** When the newest known request ran, ms since the epoch. */
  readonly lastRequestAt?: number;
  /** The newest idle times, oldest first, ms. */
  readonly gapsMs: readonly number[];
  /** What has been learned from them, ms; absent before there are enough. */
  readonly keepAliveMs?: number;
}

export const NO_IDLE_TIMES: IdleTimes = { gapsMs: [] };

/** Pauses that are shorter are part of the traffic: no replica is stopped for them. */
const LEAST_GAP_MS = 10_000;
/** So many idle times are remembered; older ones say little of how a workload is used today. */
const MOST_GAPS = 64;
/** So many are needed before they are believed. */
const LEAST_GAPS = 4;
/** A pause like one before it may last so much longer. */
const MARGIN = 1.1;
/** The last replica stays this long at the most, ms. */
const MOST_KEEP_ALIVE_MS = 1_800_000;
/** The time of a cold start weighs so many times that of an idle replica: requests wait for it, and pile up. */
export const COLD_START_WEIGHT = 4;

/**
 * Takes down an idle time when a request has ended it, and learns from all that are known how long the last replica is
 * to be kept: the time with the least cost in the past, where a kept replica costs its time and a cold start costs
 * `coldStartMs` times {@link COLD_START_WEIGHT}. Pure; looks at nothing but what has happened.
 */
export function learnIdleTime(
  idle: IdleTimes,
  lastRequestAt: number | undefined,
  coldStartMs: number,
): IdleTimes {
  if (lastRequestAt === undefined) return idle;
  const before = idle.lastRequestAt ?? lastRequestAt;
  const gap = lastRequestAt - before;
  if (gap < LEAST_GAP_MS)
    return gap > 0 || idle.lastRequestAt === undefined ? { ...idle, lastRequestAt } : idle;
  const gapsMs = [...idle.gapsMs, gap].slice(-MOST_GAPS);
  if (gapsMs.length < LEAST_GAPS) return { ...idle, lastRequestAt, gapsMs };
  return { lastRequestAt, gapsMs, keepAliveMs: cheapest(gapsMs, coldStartMs * COLD_START_WEIGHT) };
}

/** The keep-alive time with the least cost over these idle times; one pass over them in order of length. */
function cheapest(gapsMs: readonly number[], coldStartCost: number): number {
  const sorted = [...gapsMs].sort((a, b) => a - b);
  let best = LEAST_GAP_MS;
  let least = sorted.length * (LEAST_GAP_MS + coldStartCost);
  let survived = 0;
  sorted.forEach((gap, index) => {
    survived += gap;
    const keep = Math.min(MOST_KEEP_ALIVE_MS, gap * MARGIN);
    if (keep < gap) return;
    const cost = survived + (sorted.length - index - 1) * (keep + coldStartCost);
    if (cost > least) return;
    least = cost;
    best = keep;
  });
  return Math.round(best);
}
