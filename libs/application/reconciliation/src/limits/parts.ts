/** Part of a limit that gateways without demand keep together, so that their first requests pass. */
const KEPT = 0.05;

/**
 * Parts of a limit by what the callers of each gateway ask for, in the same order; whole numbers whose sum is the limit.
 * Each gets what it is asked for as far as that is a fair part, what nobody asks for is spread evenly, and a gateway
 * without demand keeps a little. Pure.
 */
export function partsOf(limit: number, demands: readonly number[]): number[] {
  const count = demands.length;
  if (count < 2) return demands.map(() => limit);
  const least = Math.floor((limit * KEPT) / (count - 1));
  const wanted = demands.map((demand) => Math.max(demand, least));
  const sum = wanted.reduce((total, one) => total + one, 0);
  const cap = sum <= limit ? Infinity : capOf(limit, wanted);
  const spare = sum <= limit ? (limit - sum) / count : 0;
  const parts = wanted.map((one) => Math.floor(Math.min(one, cap) + spare));
  let rest = limit - parts.reduce((total, one) => total + one, 0);
  // What rounding left goes to those with the most demand.
  const order = demands.map((_, index) => index).sort((a, b) => (demands[b] ?? 0) - (demands[a] ?? 0));
  for (let turn = 0; rest > 0; turn += 1, rest -= 1) {
    const index = order[turn % count] ?? 0;
    parts[index] = (parts[index] ?? 0) + 1;
  }
  return parts;
}

/** Where each gets the smaller of what it wants and the cap, all get the limit. */
function capOf(limit: number, wanted: readonly number[]): number {
  let left = limit;
  let count = wanted.length;
  for (const one of [...wanted].sort((a, b) => a - b)) {
    if (one > left / count) break;
    left -= one;
    count -= 1;
  }
  return count === 0 ? Infinity : left / count;
}
