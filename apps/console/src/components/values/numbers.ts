const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** A number for people: at most two decimals, thousands apart. */
export const number = (value: number): string => NUMBER.format(value);

/** A share as a percentage without decimals; a dash where there is nothing to take a share of. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;

const BINARY = ['MiB', 'GiB', 'TiB'] as const;

/** Memory given in MiB, in the largest unit that keeps at least one digit before the point. */
export function memory(mib: number): string {
  const step = Math.min(BINARY.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, mib)) / 10)));
  return `${NUMBER.format(mib / 1024 ** step)} ${BINARY[step]}`;
}
