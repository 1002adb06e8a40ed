import { useSyncExternalStore, type ReactElement } from 'react';
import { exact, relative } from './time';

const EVERY_MS = 10_000;

let now = Date.now();
const readers = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const reader of readers) reader();
}, EVERY_MS);

const subscribe = (reader: () => void): (() => void) => {
  readers.add(reader);
  return () => readers.delete(reader);
};

/** The time of the page, ms; moves every ten seconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** How long ago a time was; the exact one is its hint. `at` as RFC 3339. */
export function When({ at }: { readonly at: string | null | undefined }): ReactElement {
  const current = useNow();
  if (at === null || at === undefined) return <span className="soft">–</span>;
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={exact(ms)}>
      {relative(ms, Math.max(current, Date.now()))}
    </time>
  );
}
