import type { BodyOf } from '../../api/client';

export type Row = BodyOf<'get_usage'>['usage'][number];

const AMOUNTS = [
  'allocatedGpuHours',
  'measuredGpuHours',
  'usedGpuHours',
  'idleGpuHours',
  'requests',
  'inputTokens',
  'cachedTokens',
  'outputTokens',
  'cost',
] as const;
/** Sums over rows; an amount that no row has is missing, since nothing of it is known. */
export type Totals = Readonly<Partial<Record<(typeof AMOUNTS)[number], number | undefined>>>;

export function totalsOf(rows: readonly Row[]): Totals {
  const sums: Partial<Record<(typeof AMOUNTS)[number], number>> = {};
  for (const row of rows)
    for (const name of AMOUNTS) {
      const amount = row[name];
      if (amount !== undefined) sums[name] = (sums[name] ?? 0) + amount;
    }
  return sums;
}
