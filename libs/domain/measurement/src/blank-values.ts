/**
 * DCGM has no absent value: a field that a device does not have, or that could not be read, is a number of these
 * families, each with sixteen values (BLANK, NOT_FOUND, NOT_SUPPORTED, NOT_PERMISSIONED, and room for more). An
 * exporter may hand them on. Source: `dcgm_structs.h` of NVIDIA's DCGM, DCGM_BLANK_VALUES.
 */
const INT32_BLANK = 0x7fff_fff0;
const FP64_BLANK = 2 ** 47;
/** Below 2 ** 63 - 16, which a double cannot hold; in text it becomes 2 ** 63. */
const INT64_BLANK = 9.2e18;
const FAMILY = 16;

/** From the first number, below the second. */
export type Range = readonly [from: number, below: number];

/** Percent, shares of 1, MiB, degrees, watts: none of them comes near the smallest blank. */
const FEW: readonly Range[] = [[0, INT32_BLANK]];
/** Bytes per second exceed the smallest blank, so its family alone is left out. */
const BYTES: readonly Range[] = [...FEW, [INT32_BLANK + FAMILY, FP64_BLANK]];
/** A counter may exceed the second family as well. */
const COUNTED: readonly Range[] = [...BYTES, [FP64_BLANK + FAMILY, INT64_BLANK]];

/**
 * In which ranges the values of a series are measured; undefined for a series whose values all are. What lies outside
 * says that DCGM has no value.
 */
export function measuredRanges(name: string): readonly Range[] | undefined {
  if (!name.startsWith('DCGM_')) return undefined;
  if (/_BANDWIDTH_TOTAL|_CONSUMPTION/.test(name)) return COUNTED;
  return name.endsWith('_BYTES') ? BYTES : FEW;
}

/** Whether a series of this name measured the value. */
export function isMeasured(name: string, value: number): boolean {
  const ranges = measuredRanges(name);
  return ranges === undefined || ranges.some(([from, below]) => value >= from && value < below);
}
