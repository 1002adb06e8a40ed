import { useState, type ReactElement } from 'react';
import { COLUMNS } from './columns';

/** Which columns the list has; the choice stays in this browser. */
export function ColumnChoice({
  chosen,
  choose,
}: {
  readonly chosen: readonly string[];
  readonly choose: (keys: readonly string[]) => void;
}): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <div
      className="menu"
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false);
      }}
      onKeyDown={({ key }) => {
        if (key === 'Escape') setOpen(false);
      }}
    >
      <button type="button" className="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Columns
      </button>
      {isOpen ? (
        // Focusable, so that a click between the boxes does not close the menu.
        <div className="choices" role="group" aria-label="Columns" tabIndex={-1}>
          {COLUMNS.map(({ key, label }) => (
            <label key={key} className="check">
              <input
                type="checkbox"
                checked={chosen.includes(key)}
                disabled={key === 'name'}
                onChange={({ target }) =>
                  choose(
                    COLUMNS.map((column) => column.key).filter((one) =>
                      one === key ? target.checked : chosen.includes(one),
                    ),
                  )
                }
              />{' '}
              {label}
            </label>
          ))}
        </div>
      ) : null}
    </div>
  );
}
