/** Digits after the point: a micro-GPU, a microsecond of CPU, a nanosecond of latency. */
const DIGITS = 6;

/**
 * The text of a measured value: decimal, no exponent, at most six digits after the point and no trailing zeros. Undefined
 * for what is not a number, which is left out of answers.
 */
export function formatValue(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (Number.isSafeInteger(value)) return String(value);
  const text = Math.abs(value) < 1e21 ? value.toFixed(DIGITS) : BigInt(Math.round(value)).toString();
  const trimmed = text.includes('.') ? withoutZeros(text) : text;
  return trimmed === '-0' ? '0' : trimmed;
}

/** By character: an answer has thousands of values, and a pattern takes twice as long. */
function withoutZeros(text: string): string {
  let end = text.length;
  while (text[end - 1] === '0') end -= 1;
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}
