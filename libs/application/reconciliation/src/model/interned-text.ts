const texts = new Map<string, string>();
/** Texts kept at most; all are forgotten then, which costs memory only. */
const MOST = 50_000;

/** The same text, as one string for all who keep it: names of nodes, projects, models, times in whole seconds. */
export function interned(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST) texts.clear();
  texts.set(text, text);
  return text;
}
