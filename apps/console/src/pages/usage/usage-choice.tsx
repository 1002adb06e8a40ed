import type { ReactElement } from 'react';
import { DAYS, GROUPS, type UsageView } from './usage-range';

const CUSTOM = 'days';
const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What usage is grouped by, and over which time. */
export function UsageChoice({
  view,
  show,
}: {
  readonly view: UsageView;
  readonly show: (change: Partial<UsageView>) => void;
}): ReactElement {
  const { group, second, days, from, to } = view;
  return (
    <search className="bar">
      <div className="field">
        <label htmlFor="usage-group">By</label>
        <select
          id="usage-group"
          value={group}
          onChange={({ target }) => show({ group: target.value as UsageView['group'], second: '' })}
        >
          {GROUPS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="usage-second">and</label>
        <select
          id="usage-second"
          value={second}
          onChange={({ target }) => show({ second: target.value as UsageView['second'] })}
        >
          <option value="">nothing else</option>
          {GROUPS.filter(([value]) => value !== group).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="usage-days">Over</label>
        <select
          id="usage-days"
          value={from === '' ? days : CUSTOM}
          onChange={({ target: { value } }) =>
            show(
              value === CUSTOM
                ? { from: dayOf(Date.now() - days * DAY_MS), to: dayOf(Date.now()) }
                : { days: Number(value), from: '', to: '' },
            )
          }
        >
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {one === 1 ? 'the last day' : `the last ${one} days`}
            </option>
          ))}
          <option value={CUSTOM}>days that I choose</option>
        </select>
      </div>
      {from === '' ? null : (
        <>
          <Day label="From" value={from} max={to} set={(day) => show({ from: day })} />
          <Day label="to" value={to} min={from} set={(day) => show({ to: day })} />
        </>
      )}
    </search>
  );
}

function Day({
  label,
  value,
  min,
  max,
  set,
}: {
  readonly label: string;
  readonly value: string;
  readonly min?: string;
  readonly max?: string;
  readonly set: (day: string) => void;
}): ReactElement {
  const id = `usage-${label.toLowerCase()}`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="date"
        value={value}
        min={min}
        max={max}
        required
        onChange={({ target }) => (target.value === '' ? undefined : set(target.value))}
      />
    </div>
  );
}
