/** An exact rational number of the base unit (bytes, cores, pieces); `denominator` is positive. */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const SYNTAX = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d{1,3})|([KMGTPE]i)|([numkMGTPE]))?$/;
const BINARY: Readonly<Record<string, bigint>> = {
  Ki: 1024n,
  Mi: 1024n ** 2n,
  Gi: 1024n ** 3n,
  Ti: 1024n ** 4n,
  Pi: 1024n ** 5n,
  Ei: 1024n ** 6n,
};
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
/** Longer texts and larger powers are not valid quantities. */
const MAX_LENGTH = 64;
const MAX_POWER = 40;

/**
 * Reads a Kubernetes quantity such as `0.5Gi`, `10M`, `250m` or `1e3`, exactly. Undefined for anything else
 * (grammar: k8s.io/apimachinery pkg/api/resource, Quantity).
 */
export const parseQuantity = (text: string): Quantity | undefined => parse(text, MAX_POWER + MAX_LENGTH);

function parse(text: string, maxPower: number): Quantity | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = SYNTAX.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = '', exponent, binary, decimal] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  const magnitude = BigInt(`${whole}${fraction}` || '0');
  const power = powerOfTen(exponent, decimal) - fraction.length;
  if (Math.abs(power) > maxPower) return undefined;
  const multiple = binary === undefined ? magnitude : magnitude * (BINARY[binary] ?? 1n);
  const signed = sign === '-' ? -multiple : multiple;
  if (power === 0) return { numerator: signed, denominator: 1n };
  return power > 0
    ? { numerator: signed * 10n ** BigInt(power), denominator: 1n }
    : { numerator: signed, denominator: 10n ** BigInt(-power) };
}

function powerOfTen(exponent: string | undefined, decimal: string | undefined): number {
  if (exponent !== undefined) return Number(exponent.slice(1));
  return decimal === undefined ? 0 : (DECIMAL[decimal] ?? 0);
}

/** Powers of ten that a JSON number can have. */
const NUMBER_POWER = 400;

/** Reads a JSON number exactly as it is printed; undefined for NaN and infinities. */
export const quantityOfNumber = (value: number): Quantity | undefined => parse(String(value), NUMBER_POWER);

/** Negative, zero or positive as `a` is smaller than, equal to or larger than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const isInteger = (quantity: Quantity): boolean => quantity.numerator % quantity.denominator === 0n;

const BYTES_PER_MIB = 1024n * 1024n;

/** Bytes to MiB, rounded up: for requests, so that a positive request never becomes 0. */
export const requestMiB = (quantity: Quantity): number =>
  Number(divideUp(quantity.numerator, quantity.denominator * BYTES_PER_MIB));

/** Bytes to MiB, rounded down: for capacities. */
export const capacityMiB = (quantity: Quantity): number =>
  Number(divideDown(quantity.numerator, quantity.denominator * BYTES_PER_MIB));

/** Units to thousandths, rounded up: cores to milli-CPU, devices to milli-GPU. */
export const requestMilli = (quantity: Quantity): number =>
  Number(divideUp(quantity.numerator * 1000n, quantity.denominator));

/** Units to thousandths, rounded down: for capacities. */
export const capacityMilli = (quantity: Quantity): number =>
  Number(divideDown(quantity.numerator * 1000n, quantity.denominator));

/** Whole pieces, rounded up. */
export const requestPieces = (quantity: Quantity): number =>
  Number(divideUp(quantity.numerator, quantity.denominator));

/** Whole pieces, rounded down: for capacities. */
export const capacityPieces = (quantity: Quantity): number =>
  Number(divideDown(quantity.numerator, quantity.denominator));

function divideDown(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

const divideUp = (numerator: bigint, denominator: bigint): bigint => -divideDown(-numerator, denominator);
