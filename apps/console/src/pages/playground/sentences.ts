/**
 * The whole sentences of a growing text behind the first `heard` characters, for a screen reader that should not be
 * interrupted by every word; all of it once the text has ended.
 */
export function sentencesAfter(text: string, heard: number, ended: boolean): string {
  const fresh = text.slice(heard);
  if (ended) return fresh;
  const ends = [...fresh.matchAll(/[.!?:;]\s|\n/g)].at(-1);
  return ends === undefined ? '' : fresh.slice(0, ends.index + ends[0].length);
}
