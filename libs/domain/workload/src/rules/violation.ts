import { parseQuantity, type Quantity } from '../quantity';

/** A violation of a rule of the API. */
export interface Violation {
  /** Path in the request body, such as `spec.compute.gpuMemoryRequest`. */
  readonly field: string;
  readonly message: string;
}

/** Records a violation. */
export type Report = (field: string, message: string) => void;

/** The documented message for a missing mandatory field. */
export const MISSING = 'Required parameter is missing';

/** Kubernetes keeps quantities in 64 bits. */
const LIMIT = 1n << 63n;

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Reports those of the fields that are absent, null or empty. */
export function requireFields(owner: object, fields: readonly string[], path: string, report: Report): void {
  const values = owner as Readonly<Record<string, unknown>>;
  for (const field of fields) if (isAbsent(values[field])) report(`${path}.${field}`, MISSING);
}

/** The positive quantity in a text; anything else is reported. Undefined where the text is absent or invalid. */
export function positiveQuantity(
  text: string | null | undefined,
  field: string,
  report: Report,
): Quantity | undefined {
  if (text === null || text === undefined) return undefined;
  const quantity = parseQuantity(text);
  if (quantity === undefined) report(field, `"${text}" is not a quantity; write for example 500M or 2Gi`);
  else if (quantity.numerator <= 0n) report(field, `must be more than 0, not "${text}"`);
  else if (quantity.numerator >= LIMIT * quantity.denominator) report(field, `"${text}" is too large`);
  else return quantity;
  return undefined;
}

/** Suffixes of thousandths and smaller parts: valid for cores, but for bytes a typing error (`m` for `M`). */
const PART = /^(.*\d\.?)[num]$/;

/** The same for an amount of memory or storage, which is at least one byte. */
export function positiveBytes(
  text: string | null | undefined,
  field: string,
  report: Report,
): Quantity | undefined {
  const quantity = positiveQuantity(text, field, report);
  if (quantity === undefined || typeof text !== 'string') return quantity;
  const digits = PART.exec(text)?.[1];
  if (digits !== undefined)
    report(field, `"${text}" is a part of a byte; did you mean "${digits}M" or "${digits}Mi"?`);
  else if (quantity.numerator < quantity.denominator)
    report(field, `"${text}" is less than a byte; did you mean "${text}G" or "${text}Gi"?`);
  else return quantity;
  return undefined;
}
