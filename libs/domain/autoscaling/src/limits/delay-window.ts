/** Interval between decisions, ms; the window holds one value per tick. */
export const TICK_MS = 2_000;

/** The tick of a time, ms since the epoch. */
export const tickOf = (now: number): number => Math.floor(now / TICK_MS);

/** A value that was wanted at a tick. */
export interface WantedAt {
  readonly tick: number;
  readonly replicas: number;
}

/**
 * Records the number wanted now and returns the largest number wanted within the last `delayMs`, with the part of the
 * record that is still needed (knative/serving, pkg/autoscaler/aggregation/max). A scale-down takes effect once nothing
 * larger was wanted for that long.
 */
export function delayed(
  wanted: readonly WantedAt[],
  now: number,
  delayMs: number,
  replicas: number,
): { readonly replicas: number; readonly wanted: readonly WantedAt[] } {
  const tick = tickOf(now);
  const ticks = Math.max(1, Math.ceil(delayMs / TICK_MS));
  const larger = wanted.filter((past) => past.replicas > replicas && tick - past.tick < ticks);
  const last = larger.at(-1);
  const kept = last?.tick === tick ? larger : [...larger, { tick, replicas }];
  return { replicas: kept[0]?.replicas ?? replicas, wanted: kept };
}
