/** Somewhere to go. */
export interface Place {
  readonly title: string;
  /** What it is: a page, or where it belongs. */
  readonly kind: string;
  readonly href: string;
}

/** Where an address belongs: all tabs of one workload are one place, and so are all states of one list. */
export const placeKey = (location: string): string => location.split('/').slice(0, 3).join('/');

/** The name of the page at an address; undefined where there is none. Of a page below another it is that of the other. */
export function pageName(
  pages: readonly (readonly [path: string, name: string])[],
  location: string,
): string | undefined {
  const found = pages.find(([path]) =>
    path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`),
  );
  return found?.[1];
}

/**
 * Places whose title holds all words, those first whose title begins with the first of them, else in the order given.
 * No words hold of all.
 */
export function placesFor(text: string, places: readonly Place[]): readonly Place[] {
  const words = text.trim().toLowerCase().split(/\s+/);
  const first = words[0] ?? '';
  const rank = ({ title }: Place): number => (title.toLowerCase().startsWith(first) ? 0 : 1);
  return places
    .filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
    .sort((one, other) => rank(one) - rank(other));
}
