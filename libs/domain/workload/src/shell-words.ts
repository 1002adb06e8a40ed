/**
 * Splits a command line into words as a POSIX shell does (quotes and backslashes, no expansion). A line with an
 * unclosed quote is split at white space only: the API accepts any text, and a stray apostrophe is usually meant
 * literally.
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    const next = line.charAt(index + 1);
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"' && '"\\$`'.includes(next) && next !== '') {
        word = (word ?? '') + next;
        index += 1;
      } else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && next !== '') {
      word = (word ?? '') + next;
      index += 1;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) return line.split(/\s+/).filter((part) => part !== '');
  if (word !== undefined) words.push(word);
  return words;
}
