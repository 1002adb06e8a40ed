import type { InflictedFault, LeaseSeen, Recording } from '../record/recording';
import { gaps, type Span } from './spans';

/** A lease is renewed every two seconds; without a renewal for so long nobody leads, ms. */
const LEADERLESS_MS = 5_000;
/** Without it no scheduler decides anything. */
const DATABASE = 'postgres';

/** When nobody could heal a device of the node: nobody led, or a fault met who led, the database or the node. */
export function disturbances(
  { faults, leases }: Pick<Recording, 'faults' | 'leases'>,
  node: string,
  endMs: number,
): readonly Span[] {
  const seen = leases.map(({ atMs }) => atMs);
  return [
    ...gaps(seen, LEADERLESS_MS, endMs),
    ...faults.flatMap((fault): readonly Span[] => {
      if (fault.target === DATABASE || fault.target === node) return [fault];
      return whileLeading(fault, leases, endMs);
    }),
  ];
}

/** The parts of a fault during which the one that it met was the leader. */
function whileLeading(
  { target, fromMs, untilMs }: InflictedFault,
  leases: readonly LeaseSeen[],
  endMs: number,
): readonly Span[] {
  return leases
    .map(({ holder, atMs }, index) => ({ holder, fromMs: atMs, untilMs: leases[index + 1]?.atMs ?? endMs }))
    .filter(({ holder }) => holder === target)
    .map((led) => ({ fromMs: Math.max(fromMs, led.fromMs), untilMs: Math.min(untilMs, led.untilMs) }))
    .filter((span) => span.untilMs > span.fromMs);
}
