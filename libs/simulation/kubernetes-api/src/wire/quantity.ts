import { parseQuantity, requestMilli, type Quantity } from '@tessera/domain-workload';

const read = (value: unknown): Quantity | undefined => parseQuantity(String(value ?? '').trim());

/** The value of a Kubernetes quantity in its base unit (cores, bytes, pieces); undefined when it is not a quantity. */
export function quantity(value: unknown): number | undefined {
  const found = read(value);
  return found && Number(found.numerator) / Number(found.denominator);
}

/** A quantity in integer thousandths of its base unit, rounded up as the scheduler's arithmetic does; 0 for others. */
export function milliOf(value: unknown): number {
  const found = read(value);
  return found === undefined ? 0 : requestMilli(found);
}
