import { useCallback, useEffect, useRef, useState } from 'react';

interface Row {
  readonly id: string;
}

/** Rows in the order in which they were shown, and how many of the newest answer are not shown yet. */
export interface Steady<R> {
  readonly rows: readonly R[];
  /** Rows that came, went or moved since. */
  readonly waiting: number;
  /** Ids of rows that are not there any more. */
  readonly gone: ReadonlySet<string>;
}

/** How long after the last move of the pointer or key rows stay where they are, ms. */
const HOLD_MS = 4000;
const NONE: ReadonlySet<string> = new Set();

/**
 * The newest rows in the order before: what is known keeps its place with its newest content, what is gone stays as it
 * was, what is new waits.
 */
export function inOrderOf<R extends Row>(before: readonly R[], newest: readonly R[]): Steady<R> {
  const fresh = new Map(newest.map((row) => [row.id, row]));
  const known = new Set(before.map(({ id }) => id));
  const rows = before.map((row) => fresh.get(row.id) ?? row);
  const moved = newest.filter(({ id }, at) => known.has(id) && before[at]?.id !== id).length;
  const came = newest.filter(({ id }) => !known.has(id)).length;
  const gone = new Set(before.flatMap(({ id }) => (fresh.has(id) ? [] : [id])));
  return { rows, waiting: Math.max(came, gone.size, came + gone.size === 0 ? moved : 0), gone };
}

/**
 * Rows that do not jump while somebody points at them or has chosen some: the new order waits until `isHeld` ends or
 * `release` is called. Another `view` (filters, sorting, page) is shown at once.
 */
export function useSteadyRows<R extends Row>(
  newest: readonly R[],
  view: string,
  isHeld: boolean,
): Steady<R> & { readonly release: () => void } {
  const shown = useRef<{ readonly view: string; readonly rows: readonly R[] }>({ view, rows: newest });
  const [, render] = useState(0);
  const isSteady = isHeld && shown.current.view === view;
  const steady = isSteady ? inOrderOf(shown.current.rows, newest) : { rows: newest, waiting: 0, gone: NONE };
  shown.current = { view, rows: steady.rows };
  return {
    ...steady,
    release: () => {
      shown.current = { view: '', rows: [] };
      render((count) => count + 1);
    },
  };
}

/** True from a use of the list until a while after the last one. */
export function useHeld(): readonly [isHeld: boolean, touch: () => void] {
  const [isHeld, setHeld] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const touch = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setHeld(false), HOLD_MS);
    setHeld(true);
  }, []);
  return [isHeld, touch];
}
