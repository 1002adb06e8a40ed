import { seeded, shuffled } from '@tessera/tool-bench';

/** Chance from a seed: the same seed draws the same. */
export interface Draw {
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  oneOf<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): readonly T[];
}

export function drawFrom(seed: number): Draw {
  const random = seeded(seed);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return {
    between,
    oneOf: <T>(items: readonly T[]): T => items[between(0, items.length - 1)] as T,
    shuffled: (items) => shuffled(items, random),
  };
}
