/** Points of a distribution: share of all starts, and the time within which they were ready, s. */
type Quantiles = readonly (readonly [number, number])[];

/**
 * Loads of base models in production (Alibaba GenTD26: 7,531 loads in 123 containers); the shortest and the longest are
 * not published, and are put at half of the median and at the last point.
 */
const MEASURED: Quantiles = [
  [0, 11.35],
  [0.5, 22.7],
  [0.9, 42],
  [0.99, 51.9],
  [1, 51.9],
];

/** `slow` as measured; `fast` a fifth of it, what a node with the weights in memory may do. */
export const COLD_STARTS = { slow: 1, fast: 0.2 } as const;
export type ColdStarts = keyof typeof COLD_STARTS;

/** A start of a replica, ms; `share` in [0, 1) says which one. */
export function coldStartMs(set: ColdStarts, share: number): number {
  const above = Math.max(
    1,
    MEASURED.findIndex(([of]) => of >= share),
  );
  const [[from, low], [to, high]] = [MEASURED[above - 1], MEASURED[above]] as [
    readonly [number, number],
    readonly [number, number],
  ];
  const seconds = low + ((high - low) * (share - from)) / (to - from);
  return seconds * 1000 * COLD_STARTS[set];
}
