import { useEffect, useState, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import type { ListState } from './list-state';

const PHASES = ['Running', 'Pending', 'Initializing', 'Updating', 'Degraded', 'Failed', 'Deleting'];
/** A pause in typing after which the list is searched, ms. */
const PAUSE_MS = 250;

/** Search and filters of the list. */
export function Filters({
  state,
  show,
}: {
  readonly state: ListState;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement {
  const [text, setText] = useState(state.search);
  const projects = useOperation(
    'get_projects',
    { query: { limit: 500, sortBy: 'name' } },
    { everyMs: 60_000 },
  );
  useEffect(() => {
    if (text === state.search) return undefined;
    const timer = setTimeout(() => show({ search: text }), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  const select = (
    label: string,
    value: string,
    options: readonly string[],
    field: 'phase' | 'project',
  ): ReactElement => (
    <div className="field">
      <label htmlFor={`filter-${field}`}>{label}</label>
      <select id={`filter-${field}`} value={value} onChange={({ target }) => show({ [field]: target.value })}>
        <option value="">All</option>
        {(options.includes(value) || value === '' ? options : [value, ...options]).map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </div>
  );
  return (
    <search className="bar">
      <div className="field">
        <label htmlFor="filter-search">Search</label>
        <input
          id="filter-search"
          type="search"
          placeholder="Part of a name"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      {select('Phase', state.phase, PHASES, 'phase')}
      {select('Project', state.project, projects.data?.projects.map(({ name }) => name) ?? [], 'project')}
    </search>
  );
}
