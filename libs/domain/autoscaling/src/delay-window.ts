/** The decider's tick, ms: values of one tick share a place in the window. */
export const TICK_MS = 2_000;

/** The tick of a time, ms since the epoch. */
export const tickOf = (now: number): number => Math.floor(now / TICK_MS);

/** A value that was wanted at a tick. */
export interface WantedAt {
  readonly tick: number;
  readonly replicas: number;
}

/**
 * Takes down what is wanted now and gives the most that was wanted within the last `delayMs`, with what of the record
 * still matters (knative/serving, pkg/autoscaler/aggregation/max): a decision to shrink acts once nothing larger was
 * wanted for that long.
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
