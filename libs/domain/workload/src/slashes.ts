const SLASH = '/';

/** Removes trailing slashes of a path or URL in linear time, which a regular expression does not guarantee. */
export function withoutLastSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === SLASH) end -= 1;
  return text.slice(0, end);
}
