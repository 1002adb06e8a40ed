import { useSyncExternalStore, type ReactElement } from 'react';
import { inTurn } from './in-turn';
import { exact, relative } from './time';

const EVERY_MS = 10_000;
/** Of hundreds of times on a page, so many move in a frame. */
const MOVED_IN_A_FRAME = 25;

let now = Date.now();
const readers = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  inTurn(
    [...readers].map((reader) => () => void (readers.has(reader) && reader())),
    MOVED_IN_A_FRAME,
  );
}, EVERY_MS);

const subscribe = (reader: () => void): (() => void) => {
  readers.add(reader);
  return () => readers.delete(reader);
};

/** The time of the page, ms; moves every ten seconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

let exactly = false;
const watchers = new Set<() => void>();

/** Whether times are written out, for those who cannot hover; for the whole page, until it is reloaded. */
export const exactTimes = {
  get: (): boolean => exactly,
  toggle: (): void => {
    exactly = !exactly;
    for (const watcher of watchers) watcher();
  },
  watch: (watcher: () => void): (() => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
};

/** How long ago a time was, with the exact one as its hint, or the other way round. `at` as RFC 3339. */
export function When({ at }: { readonly at: string | null | undefined }): ReactElement {
  const current = useNow();
  const isExact = useSyncExternalStore(exactTimes.watch, exactTimes.get);
  if (at === null || at === undefined) return <span className="soft">–</span>;
  const ms = Date.parse(at);
  const [shown, hint] = [relative(ms, Math.max(current, Date.now())), exact(ms)];
  return (
    <time dateTime={at} title={isExact ? shown : hint}>
      {isExact ? hint : shown}
    </time>
  );
}
