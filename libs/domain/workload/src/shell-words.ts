const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;

/**
 * Splits a command line into words as a POSIX shell does (quotes and backslashes, no expansion). A line with an
 * unclosed quote is split at white space only: the API accepts any text, and a stray apostrophe is usually meant
 * literally. Takes runs of characters, not single ones: a command of a quarter of a megabyte is read on every create.
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === QUOTE || code === APOSTROPHE) {
      const end = code === QUOTE ? endOfQuoted(line, at + 1) : line.indexOf("'", at + 1);
      if (end < 0) return line.split(/\s+/).filter((part) => part !== '');
      const inner = line.slice(at + 1, end);
      word = (word ?? '') + (code === QUOTE ? unescaped(inner) : inner);
      at = end + 1;
    } else if (code === BACKSLASH && at + 1 < line.length) {
      word = (word ?? '') + line.charAt(at + 1);
      at += 2;
    } else if (isSpace(line, at)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else {
      const end = endOfPlain(line, at + 1);
      word = (word ?? '') + line.slice(at, end);
      at = end;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** Position of the closing double quote; -1 if there is none. */
function endOfQuoted(line: string, from: number): number {
  let at = from;
  while (at < line.length && line.charCodeAt(at) !== QUOTE) at += line.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at < line.length ? at : -1;
}

/** Between double quotes a backslash escapes these characters only. */
const unescaped = (text: string): string => (text.includes('\\') ? text.replace(/\\(["\\$`])/g, '$1') : text);

function endOfPlain(line: string, from: number): number {
  let at = from;
  while (at < line.length && !endsPlain(line, at)) at += 1;
  return at;
}

function endsPlain(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === QUOTE || code === APOSTROPHE || code === BACKSLASH || isSpace(line, at);
}

/** Expressions are slow for single characters, so only what is beyond ASCII is left to one. */
function isSpace(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code < 0x80 ? code === 0x20 || (code >= 0x09 && code <= 0x0d) : /\s/.test(line.charAt(at));
}
