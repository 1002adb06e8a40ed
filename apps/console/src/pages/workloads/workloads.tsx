import type { ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Loaded } from '../../parts/states';
import { Download } from './download';
import { Filters } from './filters';
import { apiQuery, listState, PAGE_SIZE, queryOf, type ListState } from './list-state';
import { NewWorkload } from './new-workload';
import { WorkloadTable } from './workload-table';

/** All workloads that the reader may see, filtered, sorted and paged by the API. */
export default function Workloads(): ReactElement {
  const search = useSearch();
  const [, navigate] = useLocation();
  const state = listState(search);
  const show = (change: Partial<ListState>): void => {
    const query = queryOf({ ...state, offset: 0, ...change });
    navigate(query === '' ? '/workloads' : `/workloads?${query}`, { replace: change.offset === undefined });
  };
  const query = apiQuery(state);
  const list = useOperation('get_workloads', { query }, { everyMs: 30_000 });
  const { limit: _limit, offset: _offset, sortBy: _sortBy, sortOrder: _sortOrder, ...filters } = query;
  const count = useOperation('count_workloads', { query: filters }, { everyMs: 30_000 });
  return (
    <>
      <div className="title">
        <h1>
          Workloads <span className="soft number">{count.data?.count ?? ''}</span>
        </h1>
        <div className="bar">
          <Download query={query} />
          <NewWorkload open={new URLSearchParams(search).has('new')} />
        </div>
      </div>
      <Filters state={state} show={show} />
      <Loaded query={list} lines={10}>
        {({ workloads }) => (
          <>
            <WorkloadTable workloads={workloads} state={state} show={show} />
            <Pages offset={state.offset} shown={workloads.length} total={count.data?.count} show={show} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Pages({
  offset,
  shown,
  total,
  show,
}: {
  readonly offset: number;
  readonly shown: number;
  readonly total: number | undefined;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement | null {
  if (total === undefined || total <= PAGE_SIZE) return null;
  return (
    <nav className="bar" aria-label="Pages of the list">
      <button
        type="button"
        className="button"
        disabled={offset === 0}
        onClick={() => show({ offset: Math.max(0, offset - PAGE_SIZE) })}
      >
        Previous
      </button>
      <span className="number">
        {offset + 1} to {offset + shown} of {total}
      </span>
      <button
        type="button"
        className="button"
        disabled={offset + shown >= total}
        onClick={() => show({ offset: offset + PAGE_SIZE })}
      >
        Next
      </button>
    </nav>
  );
}
