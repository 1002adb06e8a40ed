import fc from 'fast-check';

/** One of each kind that classes of characters distinguish, beside the ends of the ranges, which a pattern names. */
const OF_EACH_KIND = ['a', 'z', 'A', 'Z', '0', '9', '_', '-', '!', '~', ' ', '\n', 'é'];
const ALL = [...Array.from({ length: 95 }, (_unused, index) => String.fromCharCode(32 + index)), '\n', 'é'];
/** A pattern with one of these names characters by their code or property. */
const BY_CODE = /\\[xup]/;

/** Every character that the pattern may treat unlike the others: those that it names, and one of each kind. */
const charactersOf = ({ source }: RegExp): readonly string[] =>
  BY_CODE.test(source) ? ALL : [...new Set([...source, ...OF_EACH_KIND])];

/** Characters that grammars separate by. */
const SIGNS = ['a', 'A', '0', '-', '.', '_', '/', ' ', ',', '=', ':', '"', "'", '\\', '['];
/** What comes after the repetition, so that the pattern fails late and tries everything else first. */
const TAILS = ['', '!', '\n', 'x'];
/** Texts that match, from which beginnings are taken. */
const SAMPLES = 3;
const MOST_BEGINNING = 6;

/** A family of texts that grow with n. */
type Family = (n: number) => string;

/**
 * Texts on which the pattern may take long: what it repeats, again and again, behind every beginning that it accepts, and
 * then something that it does not accept.
 */
function* familiesOf(pattern: RegExp): Generator<Family> {
  const samples = samplesOf(pattern);
  const beginnings = new Set(['']);
  for (const sample of samples)
    for (let end = 1; end <= Math.min(sample.length, MOST_BEGINNING); end += 1)
      beginnings.add(sample.slice(0, end));
  for (const beginning of beginnings)
    for (const character of charactersOf(pattern))
      for (const tail of TAILS) yield (n) => beginning + character.repeat(n) + tail;
  const orgUnits = [...samples, ...SIGNS.flatMap((one) => SIGNS.map((other) => one + other))];
  for (const unit of orgUnits)
    for (const tail of TAILS) yield (n) => unit.repeat(Math.ceil(n / Math.max(1, unit.length))) + tail;
}

/** Some texts that match; none where the pattern has something that cannot be turned into texts. */
function samplesOf(pattern: RegExp): readonly string[] {
  try {
    const plain = new RegExp(pattern.source, pattern.flags.replaceAll(/[gyi]/g, ''));
    return fc.sample(fc.stringMatching(plain, { size: 'small' }), { numRuns: SAMPLES, seed: 1 });
  } catch {
    return [];
  }
}

const LEAST = 4096;
/** Quicker than this at the least size is not measured again, ms. */
const QUICK_MS = 0.7;
const TRIES = 5;
/** No further try after so long: what takes that long is hardly longer by a neighbour's doing, ms. */
const ENOUGH_MS = 50;
/** A pattern is slow if so many comparisons in a row find it slow: on a busy machine, one may find any pattern slow. */
const COMPARISONS = 3;
/** Four times the text takes four times as long, sixteen times where the pattern is quadratic. */
const MOST_GROWTH = 9;

/** Without one of these a pattern reads a bounded number of characters from each place of a text. */
const REPEATS = /[*+]|\{\d+,\}/;

/** The text, cut, on which the time of the pattern grows faster than the text; undefined where there is none. */
export function growsFasterThanItsText(pattern: RegExp): string | undefined {
  if (!REPEATS.test(pattern.source)) return undefined;
  const run = runnerOf(pattern);
  for (const family of familiesOf(pattern)) {
    const short = family(LEAST);
    if (timed(run, short, 1) < QUICK_MS || timed(run, short, TRIES) < QUICK_MS) continue;
    const long = family(4 * LEAST);
    const grows = (): boolean => timed(run, long, TRIES) / timed(run, short, TRIES) > MOST_GROWTH;
    if (Array.from({ length: COMPARISONS }, () => grows).every((compare) => compare()))
      return `${short.slice(0, 20)}…${short.slice(-3)}`;
  }
  return undefined;
}

type Run = (text: string) => unknown;
const runnerOf = (pattern: RegExp): Run => {
  if (pattern.global) return (text) => text.replaceAll(pattern, '');
  return (text) => {
    pattern.lastIndex = 0;
    return pattern.exec(text);
  };
};

/** The shortest time of several tries, ms: a neighbour on the machine makes each longer, none shorter. */
function timed(run: Run, text: string, tries: number): number {
  let best = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let attempt = 0; attempt < tries && sum < ENOUGH_MS; attempt += 1) {
    const began = performance.now();
    run(text);
    const ms = performance.now() - began;
    best = Math.min(best, ms);
    sum += ms;
  }
  return best;
}
