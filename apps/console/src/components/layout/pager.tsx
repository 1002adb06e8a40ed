import type { ReactElement } from 'react';

/** Buttons for the pages of a list that the API pages; nothing where all of it is on one page. */
export function Pager({
  offset,
  size,
  shown,
  total,
  more = total !== undefined && offset + shown < total,
  show,
}: {
  readonly offset: number;
  /** Most entries of a page. */
  readonly size: number;
  readonly shown: number;
  /** Of the whole list, where the API says it. */
  readonly total?: number | undefined;
  readonly more?: boolean;
  readonly show: (offset: number) => void;
}): ReactElement | null {
  if (offset === 0 && !more) return null;
  return (
    <nav className="bar" aria-label="Pages of the list">
      <button
        type="button"
        className="button"
        disabled={offset === 0}
        onClick={() => show(Math.max(0, offset - size))}
      >
        Previous
      </button>
      <span className="number">
        {shown === 0 ? 'None' : `${offset + 1} to ${offset + shown}`}
        {total === undefined ? '' : ` of ${total}`}
      </span>
      <button type="button" className="button" disabled={!more} onClick={() => show(offset + size)}>
        Next
      </button>
    </nav>
  );
}
