import { DEFAULTS } from '../rules/pod-autoscaler';

/** Record of the times without a request. Plain data. */
export interface IdleTimes {
  /** Time of the latest known request, ms since the epoch. */
  readonly lastRequestAt?: number;
  /** The newest idle times, oldest first, ms. */
  readonly gapsMs: readonly number[];
  /** Keep-alive time learned from them, ms; absent before there are enough. */
  readonly keepAliveMs?: number;
}

export const NO_IDLE_TIMES: IdleTimes = { gapsMs: [] };

/** Shorter pauses count as traffic: they never stop a replica. */
const LEAST_GAP_MS = 10_000;
/** Number of idle times kept; older ones say little about how the workload is used today. */
const MOST_GAPS = 64;
/** Least number of idle times to learn from. */
const LEAST_GAPS = 4;
/** Safety margin on a past idle time. */
const MARGIN = 1.1;
/** Upper bound of the keep-alive time, ms. */
const MOST_KEEP_ALIVE_MS = 1_800_000;
/** Weight of cold-start time against the time of an idle replica: requests wait for a cold start and queue up. */
const COLD_START_WEIGHT = 4;
/** Least cost of a cold start, ms: what the default rule pays to avoid one. */
const LEAST_COLD_START_COST_MS = DEFAULTS.stableWindowMs;

/**
 * Records an idle time when a request ends it, and learns from the recorded ones how long to keep the last replica: the
 * time with the least cost in the past. A kept replica costs its time; a cold start costs four times `coldStartMs`, and
 * at least a minute. Pure; uses past idle times only.
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

/** The keep-alive time with the least cost over these idle times; one traversal in order of length. */
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
