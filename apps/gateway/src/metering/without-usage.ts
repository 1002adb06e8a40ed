import { endOfObject } from './usage';

const BEHIND = /,\s*"usage":\s*(?:null|(?=\{))/;
const FIRST = /"usage":\s*(?:null|(?=\{))/;
const COMMA = /\s*,\s*/y;

/** The text of a JSON object without its member `usage`, otherwise unchanged. */
export function withoutUsage(text: string): string {
  const found = BEHIND.exec(text) ?? FIRST.exec(text);
  if (found === null) return text;
  const valueAt = found.index + found[0].length;
  const end = text[valueAt] === '{' ? endOfObject(text, valueAt) : valueAt;
  if (end === undefined) return text;
  if (found[0].startsWith(',')) return text.slice(0, found.index) + text.slice(end);
  COMMA.lastIndex = end;
  return text.slice(0, found.index) + text.slice(COMMA.test(text) ? COMMA.lastIndex : end);
}
