import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Pager } from '../../components/layout/pager';
import { Empty, Loaded } from '../../components/layout/states';
import { BulkDelete } from './bulk-delete';
import { storeColumns, storedColumns } from './chosen-columns';
import { ColumnChoice } from './column-choice';
import { COLUMNS, STANDARD_COLUMNS, type Workload } from './columns';
import { Download } from './download';
import { Filters } from './filters';
import './list.css';
import { apiQuery, filtersOf, isFiltered, listState, PAGE_SIZE, queryOf, type ListState } from './list-state';
import { useHeld, useSteadyRows } from './steady-rows';
import { WorkloadTable } from './workload-table';

const NewWorkload = lazy(() => import('../workload-form/new-workload'));
const KEYS = COLUMNS.map(({ key }) => key);

/** All workloads that the reader may see, filtered, sorted and paged by the API. */
export default function Workloads(): ReactElement {
  const search = useSearch();
  const [, navigate] = useLocation();
  const [chosen, setChosen] = useState(() => storedColumns(localStorage, KEYS, STANDARD_COLUMNS));
  const state = listState(search);
  const show = (change: Partial<ListState>): void => {
    // A text that is still being typed settles later, when another page may have been asked for. What is hidden until
    // that page has loaded is not rendered again, so the address is read here.
    if (location.pathname !== '/workloads') return;
    navigate(addressOf({ ...state, offset: 0, ...change }), { replace: change.offset === undefined });
  };
  const query = apiQuery(state);
  const list = useOperation('get_workloads', { query }, { everyMs: 30_000 });
  const total = useOperation('count_workloads', { query: filtersOf(state) }, { everyMs: 30_000 }).data?.count;
  const given = new URLSearchParams(search);
  return (
    <>
      <div className="title">
        <h1>
          Workloads <span className="soft number">{total ?? ''}</span>
        </h1>
        <div className="bar">
          <ColumnChoice
            chosen={chosen}
            choose={(keys) => {
              storeColumns(localStorage, keys);
              setChosen(keys);
            }}
          />
          <Download query={query} />
          <button
            type="button"
            className="button"
            data-kind="main"
            onClick={() => navigate('/workloads?new')}
          >
            New workload
          </button>
        </div>
      </div>
      <Filters state={state} show={show} />
      <Loaded query={list} lines={10}>
        {({ workloads }) => (
          <List workloads={workloads} columns={chosen} state={state} total={total} show={show} />
        )}
      </Loaded>
      {given.has('new') || given.has('copy') ? (
        <Suspense>
          <NewWorkload
            key={given.get('copy') ?? ''}
            copyOf={given.get('copy') ?? undefined}
            close={() => navigate('/workloads')}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function addressOf(state: ListState): string {
  const query = queryOf(state);
  return query === '' ? '/workloads' : `/workloads?${query}`;
}

function List({
  workloads,
  columns,
  state,
  total,
  show,
}: {
  readonly workloads: readonly Workload[];
  readonly columns: readonly string[];
  readonly state: ListState;
  readonly total: number | undefined;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement {
  const queries = useQueryClient();
  const [isHeld, touch] = useHeld();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Workload>>(new Map());
  const { rows, waiting, gone, release } = useSteadyRows(
    workloads,
    queryOf(state),
    isHeld || chosen.size > 0,
  );
  const choose = (ids: readonly string[], isChosen: boolean): void => {
    const next = new Map(chosen);
    for (const id of ids) {
      const row = rows.find((one) => one.id === id);
      if (isChosen && row !== undefined) next.set(id, row);
      else next.delete(id);
    }
    setChosen(next);
  };
  const deleted = async (ids: readonly string[]): Promise<void> => {
    setChosen(new Map([...chosen].filter(([id]) => !ids.includes(id))));
    release();
    await Promise.all(
      ['get_workloads', 'count_workloads'].map((queryKey) =>
        queries.invalidateQueries({ queryKey: [queryKey] }),
      ),
    );
  };
  if (rows.length === 0)
    return (
      <Empty title={isFiltered(state) ? 'No workload matches' : 'No workload yet'}>
        {isFiltered(state) ? 'Change the filters.' : 'Create the first one.'}
      </Empty>
    );
  return (
    <>
      <div className="chosen" role="status">
        {chosen.size === 0 ? null : (
          <>
            <strong>{chosen.size} selected</strong>
            <BulkDelete workloads={[...chosen.values()]} done={deleted} />
            <button type="button" className="button" data-kind="quiet" onClick={() => setChosen(new Map())}>
              Select none
            </button>
          </>
        )}
        {waiting === 0 ? null : (
          <button type="button" className="button" onClick={release}>
            Show {waiting} {waiting === 1 ? 'row' : 'rows'} that changed
          </button>
        )}
      </div>
      <div className="held" onPointerMove={touch} onKeyDown={touch}>
        <WorkloadTable
          workloads={rows}
          gone={gone}
          columns={COLUMNS.filter(({ key }) => columns.includes(key))}
          state={state}
          selection={state.deleted ? undefined : { chosen: new Set(chosen.keys()), choose }}
          show={show}
        />
      </div>
      <Pager
        offset={state.offset}
        shown={rows.length}
        total={total}
        size={PAGE_SIZE}
        show={(offset) => show({ offset })}
      />
    </>
  );
}
