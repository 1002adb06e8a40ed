/** Part of a limit that gateways without demand keep together, so that their first requests pass. */
const KEPT = 0.05;

/**
 * Divides a limit among gateways by their demands, max-min fair; returns whole numbers in the order of the demands,
 * whose sum is the limit. Capacity beyond all demands is spread evenly, and a gateway without demand keeps a small
 * part. Pure.
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

/** The cap at which the sum of the smaller of demand and cap equals the limit. */
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
