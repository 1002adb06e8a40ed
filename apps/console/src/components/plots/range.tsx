import { useMemo, type ReactElement } from 'react';
import { useNow } from '../values/when';

/** Times in ms. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Ranges move in steps of so many parts, so that what was read stays good for a while. */
const STEPS = 120;
const RANGES = [
  ['Last 15 minutes', 15],
  ['Last hour', 60],
  ['Last 6 hours', 360],
  ['Last day', 1440],
  ['Last week', 10_080],
] as const;

/** The last so many minutes, until the end of the last step. */
export function useRange(minutes: number): TimeRange {
  const step = (minutes * 60_000) / STEPS;
  const to = Math.ceil(useNow() / step) * step;
  return useMemo(() => ({ from: to - minutes * 60_000, to }), [minutes, to]);
}

/** Chooses a range. */
export function Range({
  label,
  minutes,
  choose,
}: {
  readonly label: string;
  readonly minutes: number;
  readonly choose: (minutes: number) => void;
}): ReactElement {
  return (
    <label className="small">
      <span className="unseen">{label}</span>
      <select value={minutes} onChange={({ target }) => choose(Number(target.value))}>
        {RANGES.map(([name, length]) => (
          <option key={length} value={length}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
