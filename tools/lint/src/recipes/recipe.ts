/** A recipe of CONTRIBUTING as data: the smallest change to each file that it names. */
export interface Recipe {
  /** Its heading in CONTRIBUTING. */
  readonly title: string;
  /** Names that the recipe adds; the error about a missing step contains one of them. */
  readonly names: RegExp;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Replacements of texts that occur in the file exactly once, or the whole text of a new file. */
  readonly change: readonly Replacement[] | string;
  /** What fails where all steps are done but this one: the types of a file, or a unit specification. */
  readonly missed: { readonly typesOf: string } | { readonly spec: string };
}

export type Replacement = readonly [found: string, replacement: string];

/** A replacement that adds a text behind another. */
export const after = (found: string, added: string): Replacement => [found, found + added];
/** A replacement that adds a text before another. */
export const before = (found: string, added: string): Replacement => [found, added + found];

/** The first step of every recipe, then the second of every recipe, and so on: one check leaves out one round. */
export const rounds = (steps: readonly (readonly Step[])[]): readonly (readonly Step[])[] =>
  Array.from({ length: Math.max(...steps.map(({ length }) => length)) }, (_, round) =>
    steps.flatMap((ofOne) => ofOne[round] ?? []),
  );

/** The texts of all files that the steps change, by path. `read` gives the text of an existing file. */
export function textsAfter(
  steps: readonly Step[],
  read: (file: string) => string,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { file, change } of steps)
    texts.set(
      file,
      typeof change === 'string' ? change : replaced(texts.get(file) ?? read(file), change, file),
    );
  return texts;
}

/** Throws where a text to be replaced occurs in the file more than once or not at all. */
function replaced(text: string, replacements: readonly Replacement[], file: string): string {
  return replacements.reduce((current, [found, replacement]) => {
    const [head, tail, ...more] = current.split(found);
    if (head === undefined || tail === undefined || more.length > 0)
      throw new Error(`${file} changed: update the recipe; the file must contain "${found}" exactly once`);
    return head + replacement + tail;
  }, text);
}
