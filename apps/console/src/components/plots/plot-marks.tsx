import { useState, type ReactElement, type ReactNode } from 'react';
import './plot-marks.css';
import { exact } from '../values/time';

/** A moment on a plot, with what there is to say of it. */
export interface Mark {
  readonly key: string;
  /** Unix time, seconds. */
  readonly at: number;
  readonly label: string;
  readonly content: ReactNode;
}

/** Where the lines of a plot are, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Marks above a plot; the one that has the pointer or the focus says what it stands for. */
export function PlotMarks({
  marks,
  area,
  range: [from, to],
}: {
  readonly marks: readonly Mark[];
  readonly area: Area;
  readonly range: readonly [from: number, to: number];
}): ReactElement | null {
  const [shown, setShown] = useState<string>();
  const inside = marks.filter(({ at }) => at >= from && at <= to);
  if (inside.length === 0) return null;
  const mark = inside.find(({ key }) => key === shown);
  return (
    <>
      <ul className="plot-marks" aria-label="Decisions">
        {inside.map(({ key, at, label }) => (
          <li
            key={key}
            style={{
              left: area.left + ((at - from) / (to - from)) * area.width,
              top: area.top,
              height: area.height,
            }}
          >
            <button
              type="button"
              aria-label={`${label}, ${exact(at * 1000)}`}
              aria-expanded={key === shown}
              onPointerEnter={() => setShown(key)}
              onFocus={() => setShown(key)}
              onClick={() => setShown(key)}
            />
          </li>
        ))}
      </ul>
      <div className="plot-mark small" role="status">
        {mark === undefined ? (
          <span className="soft">
            {inside.length === 1 ? '1 decision' : `${inside.length} decisions`}: point at a mark to see what
            it was made from.
          </span>
        ) : (
          <>
            <time className="soft" dateTime={new Date(mark.at * 1000).toISOString()}>
              {exact(mark.at * 1000)}
            </time>
            <div>{mark.content}</div>
          </>
        )}
      </div>
    </>
  );
}
