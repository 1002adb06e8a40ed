import { DEFAULTS } from './pod-autoscaler';

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
const COLD_START_WEIGHT = 4;
/** A cold start costs so much at the least, ms: what the usual rule pays to be spared one. */
const LEAST_COLD_START_COST_MS = DEFAULTS.stableWindowMs;

/**
 * Takes down an idle time when a request has ended it, and learns from all that are known how long the last replica is
 * to be kept: the time with the least cost in the past, where a kept replica costs its time and a cold start costs
 * four times `coldStartMs`, a minute at the least. Pure; looks at nothing but what has happened.
 */
export function learnIdleTime(
  idle: IdleTimes,
  lastRequestAt: number | undefined,
  coldStartMs: number,
): IdleTimes {
  if (lastRequestAt === undefined) return idle;
  const before = idle.lastRequestAt ?? lastRequestAt;
  const gap = lastRequestAt - before;
  if (gap <= 0 && idle.lastRequestAt !== undefined) return idle;
  const { gapsMs, keepAliveMs } = idle;
  if (gap < LEAST_GAP_MS)
    return keepAliveMs === undefined ? { lastRequestAt, gapsMs } : { lastRequestAt, gapsMs, keepAliveMs };
  const longer = [...gapsMs, gap].slice(-MOST_GAPS);
  if (longer.length < LEAST_GAPS) return { lastRequestAt, gapsMs: longer };
  return { lastRequestAt, gapsMs: longer, keepAliveMs: cheapest(longer, costOf(coldStartMs)) };
}

const costOf = (coldStartMs: number): number =>
  Math.max(LEAST_COLD_START_COST_MS, coldStartMs * COLD_START_WEIGHT);

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
