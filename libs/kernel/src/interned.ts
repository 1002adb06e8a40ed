const texts = new Map<string, string>();
/** Maximum number of cached texts; the cache is then cleared, which costs only memory. */
const MOST = 50_000;

/** Returns one shared string for equal texts: names of nodes, projects, models, times in whole seconds. */
export function interned(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST) texts.clear();
  texts.set(text, text);
  return text;
}
