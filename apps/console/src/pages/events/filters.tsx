import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { EVENT_NAMES } from '../../live/event-text';
import { SINCE, type EventFilter } from './event-filter';

const SEVERITIES = [
  ['', 'All'],
  ['warn', 'What waits or failed'],
  ['bad', 'What failed'],
  ['good', 'What came to run'],
] as const;

/** The filter of the events. */
export function Filters({
  filter,
  show,
}: {
  readonly filter: EventFilter;
  readonly show: (change: Partial<EventFilter>) => void;
}): ReactElement {
  const projects = useOperation('get_projects', { query: { limit: 500, sortBy: 'name' } });
  const types = Object.entries(EVENT_NAMES);
  const choice = (
    field: keyof EventFilter,
    label: string,
    options: readonly (readonly [value: string, text: string])[],
  ): ReactElement => (
    <div className="field">
      <label htmlFor={`events-${field}`}>{label}</label>
      <select
        id={`events-${field}`}
        value={filter[field]}
        onChange={({ target }) => show({ [field]: target.value })}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
  const known = projects.data?.projects.map(({ id, name }) => [id, name] as const) ?? [];
  return (
    <search className="bar">
      {choice('severity', 'Show', SEVERITIES)}
      {choice('type', 'Type', [['', 'All'], ...types])}
      {choice('project', 'Project', [
        ['', 'All'],
        ...(filter.project === '' || known.some(([id]) => id === filter.project)
          ? known
          : [[filter.project, filter.project] as const, ...known]),
      ])}
      <div className="field">
        <label htmlFor="events-workload">Workload</label>
        <input
          id="events-workload"
          type="search"
          placeholder="Part of a name"
          value={filter.workload}
          onChange={({ target }) => show({ workload: target.value })}
        />
      </div>
      {choice('since', 'Begin', SINCE)}
    </search>
  );
}
