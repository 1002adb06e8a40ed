import { useEffect, useState, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { isFiltered, unfiltered, type ListState } from './list-state';

const PHASES = ['Running', 'Pending', 'Initializing', 'Updating', 'Degraded', 'Failed', 'Deleting'];
/** A pause in typing after which the list is searched, ms. */
const PAUSE_MS = 250;

/** Search and filters of the list, all of which the API applies. */
export function Filters({
  state,
  show,
}: {
  readonly state: ListState;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement {
  const projects = useOperation(
    'get_projects',
    { query: { limit: 500, sortBy: 'name' } },
    { everyMs: 60_000 },
  ).data?.projects;
  const pools = useOperation('get_node_pools', {}, { everyMs: 60_000 }).data?.nodepools;
  const select = (
    label: string,
    options: readonly string[],
    field: 'phase' | 'project' | 'pool',
  ): ReactElement => {
    const value = state[field];
    return (
      <div className="field">
        <label htmlFor={`filter-${field}`}>{label}</label>
        <select
          id={`filter-${field}`}
          value={value}
          onChange={({ target }) => show({ [field]: target.value })}
        >
          <option value="">All</option>
          {(options.includes(value) || value === '' ? options : [value, ...options]).map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      </div>
    );
  };
  const text = (label: string, placeholder: string, field: 'search' | 'node' | 'reason'): ReactElement => (
    <Typed
      key={field}
      id={`filter-${field}`}
      label={label}
      placeholder={placeholder}
      value={state[field]}
      settle={(value) => show({ [field]: value })}
    />
  );
  return (
    <search className="filters">
      {text('Search', 'Part of a name', 'search')}
      {select('Phase', PHASES, 'phase')}
      {select('Project', projects?.map(({ name }) => name) ?? [], 'project')}
      {select('Node pool', [...new Set(pools?.map(({ name }) => name))], 'pool')}
      {text('Node', 'Part of its name', 'node')}
      {text('Reason', 'Part of why it waits', 'reason')}
      <label className="check">
        <input
          type="checkbox"
          checked={state.deleted}
          onChange={({ target }) => show({ deleted: target.checked })}
        />{' '}
        Deleted ones
      </label>
      {isFiltered(state) ? (
        <button type="button" className="button" data-kind="quiet" onClick={() => show(unfiltered(state))}>
          Clear filters
        </button>
      ) : null}
    </search>
  );
}

/** A text that takes effect after a pause in typing. */
function Typed({
  id,
  label,
  placeholder,
  value,
  settle,
}: {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly settle: (value: string) => void;
}): ReactElement {
  const [typed, setTyped] = useState<string>();
  useEffect(() => {
    if (typed === undefined) return undefined;
    const timer = setTimeout(() => {
      settle(typed);
      setTyped(undefined);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        placeholder={placeholder}
        value={typed ?? value}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}
