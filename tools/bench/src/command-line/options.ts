import { InvalidArgumentError } from 'commander';

/** Parses a whole number above 0. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A positive integer is needed.');
  return value;
}

/** Parses whole numbers above 0, separated by commas. */
export const positiveIntegers = (text: string): readonly number[] => text.split(',').map(positiveInteger);

/** A parser of numbers of a unit, both bounds included. */
export const numberBetween =
  (from: number, to: number, unit: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < from || value > to)
      throw new InvalidArgumentError(`${unit} from ${from} to ${to} are needed.`);
    return value;
  };

/** A parser of one of the known names. */
export const oneOf =
  <T extends string>(what: string, known: readonly T[]) =>
  (text: string): T => {
    const found = known.find((name) => name === text);
    if (found === undefined) throw new InvalidArgumentError(`Known ${what}: ${known.join(', ')}.`);
    return found;
  };

/** A parser of some of the known names, separated by commas. */
export const someOf = <T extends string>(
  what: string,
  known: readonly T[],
): ((text: string) => readonly T[]) => {
  const one = oneOf(what, known);
  return (text: string): readonly T[] => text.split(',').map(one);
};

/** Rejects on Ctrl-C and its like: what a benchmark starts runs in process groups of its own and would outlive it. */
export function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
  // Nobody may be waiting for it when it comes.
  interrupted.catch(() => undefined);
  return interrupted;
}
