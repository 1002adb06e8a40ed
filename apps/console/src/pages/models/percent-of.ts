const PERCENT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A part, 0 to 1, in percent with at most one digit behind the point. */
export const percentOf = (part: number): string => `${PERCENT.format(part * 100)} %`;
