/** One line of an exposition page. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The page is not in the exposition format; the message names the line. */
export class ExpositionError extends Error {
  constructor(line: number, text: string, what: string) {
    super(`line ${line}: ${what} in ${JSON.stringify(text.slice(0, 120))}`);
    this.name = 'ExpositionError';
  }
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
/** `name="value"`, then a comma or the end; the value may hold `\\`, `\"` and `\n`. */
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=}))/y;

/**
 * Samples of a page in the Prometheus text format 0.0.4 (OpenMetrics text is near enough), of those names that are
 * wanted. Comments, timestamps and exemplars are ignored. Throws {@link ExpositionError} at the first line that is
 * wrong.
 */
export function* parseExposition(
  page: string,
  wanted: (name: string) => boolean = () => true,
): Generator<ExposedSample> {
  let number = 0;
  for (const line of linesOf(page)) {
    number += 1;
    if (line === '' || line.startsWith('#')) continue;
    const name = NAME.exec(line)?.[0];
    if (name === undefined) throw new ExpositionError(number, line, 'no metric name');
    if (wanted(name)) yield parseLine(line, name, number);
  }
}

/** Without the array of all lines: pages of a large cluster have tens of megabytes. */
function* linesOf(page: string): Generator<string> {
  for (let from = 0; from < page.length;) {
    const end = page.indexOf('\n', from);
    const to = end === -1 ? page.length : end;
    yield page.slice(from, to).trim();
    from = to + 1;
  }
}

function parseLine(line: string, name: string, number: number): ExposedSample {
  const fail = (what: string): never => {
    throw new ExpositionError(number, line, what);
  };
  const labels: Record<string, string> = {};
  let at = name.length;
  while (line[at] === ' ') at += 1;
  if (line[at] === '{') {
    LABEL.lastIndex = at += 1;
    for (let match = LABEL.exec(line); match !== null; match = LABEL.exec(line)) {
      labels[match[1] ?? ''] = unescape(match[2] ?? '');
      at = LABEL.lastIndex;
    }
    while (line[at] === ' ') at += 1;
    if (line[at] !== '}') fail('a broken label');
    at += 1;
  }
  const [text = ''] = line.slice(at).trim().split(/\s+/);
  return { name, labels, value: toNumber(text) ?? fail('no number') };
}

const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };
const unescape = (text: string): string =>
  text.includes('\\') ? text.replace(/\\[n"\\]/g, (escape) => ESCAPES[escape] ?? escape) : text;

const SPECIAL: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
};

function toNumber(text: string): number | undefined {
  const value = SPECIAL[text.toLowerCase()] ?? (text === '' ? undefined : Number(text));
  return value === undefined || (Number.isNaN(value) && text.toLowerCase() !== 'nan') ? undefined : value;
}
