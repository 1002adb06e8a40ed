import type { GpuKind } from './allocation';

/** Price of a whole device for an hour, for the kinds of GPU that match every field given. */
export interface GpuPrice extends Partial<GpuKind> {
  readonly perGpuHour: number;
}

/** Prices of a thousand tokens. */
export interface TokenPrices {
  readonly input: number;
  /** Of input that came from a cache. */
  readonly cached: number;
  readonly output: number;
}

/** Prices of usage, in one currency. */
export interface PriceTable {
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** Where no other price matches. */
  readonly perGpuHour: number;
  readonly gpus: readonly GpuPrice[];
  readonly per1kTokens: TokenPrices;
}

const FIELDS = ['nodePool', 'gpuType', 'migProfile'] as const;

/**
 * Price of a whole device of that kind for an hour: of the prices that match, the one that names most fields, and of
 * several such the first. A share or a MIG instance costs its part of it.
 */
export function priceOf({ perGpuHour, gpus }: PriceTable, kind: GpuKind): number {
  let best: { readonly price: number; readonly fields: number } = { price: perGpuHour, fields: 0 };
  for (const price of gpus) {
    const named = FIELDS.filter((field) => price[field] !== undefined);
    if (named.length > best.fields && named.every((field) => price[field] === kind[field]))
      best = { price: price.perGpuHour, fields: named.length };
  }
  return best.price;
}
