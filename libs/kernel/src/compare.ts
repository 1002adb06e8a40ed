/** Orders texts by their code units, the same on every machine: -1, 0 or 1. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
