const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

/** The value of a Kubernetes quantity in its base unit (cores, bytes, pieces); undefined when it is not a quantity. */
export function quantity(value: unknown): number | undefined {
  const match = QUANTITY.exec(String(value ?? '').trim());
  if (match === null) return undefined;
  const [, digits, suffix, exponent] = match;
  const factor = exponent === undefined ? SUFFIXES[suffix ?? ''] : 10 ** Number(exponent);
  return factor === undefined ? undefined : Number(digits) * factor;
}

/** A quantity in integer thousandths of its base unit, rounded up as the scheduler's arithmetic does. */
export const milliOf = (value: unknown): number =>
  Math.ceil(Number(((quantity(value) ?? 0) * 1000).toFixed(3)));
