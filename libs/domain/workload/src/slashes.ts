const SLASH = '/';

/** A path or URL without the slashes at its end, in one look from there: a pattern begins again at each slash before. */
export function withoutLastSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === SLASH) end -= 1;
  return text.slice(0, end);
}
