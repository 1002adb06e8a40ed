import { firstOf, observations, type Expression } from '@tessera/domain-measurement';

/**
 * What is read of the counter `name`. The sum and the count of a histogram are counters beside its buckets, which a
 * Prometheus server that keeps it as a native histogram does not have: `native` reads that by its name instead.
 */
export function orOfNative(
  name: string,
  counter: (name: string) => Expression,
  native: (histogram: string) => Expression,
): Expression {
  for (const part of ['sum', 'count'] as const)
    if (name.endsWith(`_${part}`)) {
      const histogram = name.slice(0, -`_${part}`.length);
      return firstOf(counter(name), observations(part, native(histogram)));
    }
  return counter(name);
}
