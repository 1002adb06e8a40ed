import type { ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Pager } from '../../parts/pager';
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
            <Pager
              offset={state.offset}
              size={PAGE_SIZE}
              shown={workloads.length}
              total={count.data?.count}
              show={(offset) => show({ offset })}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
