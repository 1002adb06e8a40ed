import { basename } from 'node:path';
import { namesAndText } from './names-and-text';

/** A word of the private language that this code once had, where it must not stand, and what to write instead. */
export interface AvoidedWord {
  /**
   * Words in lower case with a space between them: `hand|hands|handed over`. `|` separates the forms of a word; `*`
   * stands for any letters (`*keeper`), and alone for a whole word.
   */
  readonly word: string;
  /**
   * `identifier`: names in code, documents and of files. `phrase`: several words in a row, in text and in names. `any`:
   * one word, in text and in names.
   */
  readonly scope: 'identifier' | 'phrase' | 'any';
  readonly write: string;
  /** Uses in another sense: longer phrases that contain it, written as `word` is. */
  readonly except?: readonly string[];
  /** Files in which it has another sense: beginnings of their paths. */
  readonly exceptIn?: readonly string[];
  /** The only files in which it has the sense to avoid: beginnings of their paths. All, if absent. */
  readonly only?: readonly string[];
}

/** A place where an avoided word stands. */
export interface FoundWord {
  readonly word: string;
  readonly write: string;
  /** 1 for the first line, 0 for the name of the file. */
  readonly line: number;
  readonly text: string;
}

/** Finds the words of a list in files. `file`: path from the root of the repository. */
export type WordFinder = (file: string, source: string) => readonly FoundWord[];

/** A finder for many files; what it reports is ordered by place: names, text, name of the file. */
export function wordFinder(words: readonly AvoidedWord[]): WordFinder {
  const patterns = words.flatMap((avoided) => [
    { avoided, isException: false, forms: formsOf(avoided.word) },
    ...(avoided.except ?? []).map((one) => ({ avoided, isException: true, forms: formsOf(one) })),
  ]);
  const beginWith = memoized((word) => patterns.filter(({ forms: [first] }) => first?.test(word)));
  return (file, source) => {
    const { names, text } = namesAndText(file, source);
    const concerns = isConcerned(file);
    const runs = (spelt: readonly Spelling[]): readonly Run[] =>
      runsIn(spelt, beginWith).filter(({ avoided }) => concerns(avoided));
    const inNames = runs(names.flatMap(({ name, position }) => [END, ...wordsIn(name, position)]));
    const inText = runs(wordsIn(text)).filter(({ avoided }) => avoided.scope !== 'identifier');
    // A name within a text is found as both.
    const places = new Map(
      withoutExceptions([...inNames, ...inText]).map((run) => [`${run.start} ${run.avoided.word}`, run]),
    );
    return [
      ...[...places.values()].map(({ avoided: { word, write }, start, end }) => ({
        ...{ word, write, text: source.slice(start, end) },
        line: source.slice(0, start).split('\n').length,
      })),
      ...withoutExceptions(runs(wordsIn(basename(file)))).map(({ avoided: { word, write } }) => ({
        ...{ word, write, text: basename(file), line: 0 },
      })),
    ];
  };
}

interface Pattern {
  readonly avoided: AvoidedWord;
  readonly isException: boolean;
  readonly forms: readonly RegExp[];
}

interface Spelling {
  readonly lower: string;
  readonly start: number;
  readonly end: number;
}

interface Run extends Pattern {
  readonly start: number;
  readonly end: number;
}

/** What nothing matches: the end of a sentence, of a name, or of a piece of code. */
const END: Spelling = { lower: '.', start: 0, end: 0 };
/** What may stand between two words in a row: space, marks of comments and Markdown, hyphens. */
const BETWEEN = /^[\s*/#>`'"_-]*$/;

const formsOf = (pattern: string): readonly RegExp[] =>
  pattern.split(' ').map((forms) => new RegExp(`^(?:${forms.replaceAll('*', "[a-z'’]*")})$`));

/** Words in a row: `enqueueUrgentKeys` as `enqueue`, `urgent`, `keys`. */
function wordsIn(text: string, position = 0): readonly Spelling[] {
  const words: Spelling[] = [];
  let before = 0;
  for (const { index, 0: word } of text.matchAll(/[A-Z]?[a-z]+(?:['’][a-z]+)?|[A-Z]+(?![a-z])/g)) {
    if (!BETWEEN.test(text.slice(before, index))) words.push(END);
    before = index + word.length;
    words.push({ lower: word.toLowerCase(), start: position + index, end: position + before });
  }
  return words;
}

const runsIn = (
  spelt: readonly Spelling[],
  beginWith: (word: string) => readonly Pattern[],
): readonly Run[] =>
  spelt.flatMap(({ lower, start }, at) =>
    beginWith(lower).flatMap((pattern) => {
      const { forms } = pattern;
      const end = spelt[at + forms.length - 1]?.end;
      const isRun = forms.every((form, place) => form.test(spelt[at + place]?.lower ?? END.lower));
      return isRun && end !== undefined ? [{ ...pattern, start, end }] : [];
    }),
  );

const withoutExceptions = (runs: readonly Run[]): readonly Run[] =>
  runs.filter((run) => !run.isException && !runs.some((other) => excuses(other, run)));

const excuses = (other: Run, run: Run): boolean =>
  other.isException && other.avoided === run.avoided && other.start <= run.start && run.end <= other.end;

const isConcerned =
  (file: string) =>
  ({ only = [''], exceptIn = [] }: AvoidedWord): boolean =>
    only.some((path) => file.startsWith(path)) && !exceptIn.some((path) => file.startsWith(path));

function memoized<T>(compute: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    const value = known.get(word) ?? compute(word);
    known.set(word, value);
    return value;
  };
}
