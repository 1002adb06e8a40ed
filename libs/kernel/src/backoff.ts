/** Limits of exponential backoff. */
export interface Backoff {
  /** First delay, ms. */
  readonly firstMs: number;
  /** Maximum delay, ms. */
  readonly maxMs: number;
}

/** Beyond 34 years from a first delay of one millisecond; keeps the power finite. */
const MOST_DOUBLINGS = 40;

/** Delay before attempt `attempt` (1-based), ms: the first delay, then each twice the previous one, up to the maximum. */
export const exponentialMs = (attempt: number, { firstMs, maxMs }: Backoff): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, MOST_DOUBLINGS));
