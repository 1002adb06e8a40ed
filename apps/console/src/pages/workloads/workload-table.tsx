import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { Column, Workload } from './columns';
import type { ListState } from './list-state';

/** Which workloads are chosen, by id. */
export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly choose: (ids: readonly string[], isChosen: boolean) => void;
}

/** A page of workloads; the heads sort. */
export function WorkloadTable({
  workloads,
  gone,
  columns,
  state,
  selection,
  show,
}: {
  readonly workloads: readonly Workload[];
  /** Ids of those that left the list while it was held. */
  readonly gone: ReadonlySet<string>;
  readonly columns: readonly Column[];
  readonly state: ListState;
  /** Absent where nothing can be done with several. */
  readonly selection?: Selection | undefined;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement {
  const ids = workloads.map(({ id }) => id);
  const isAll = ids.length > 0 && ids.every((id) => selection?.chosen.has(id));
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Workloads">
      <table>
        <thead>
          <tr>
            {selection === undefined ? null : (
              <td className="choice">
                <input
                  type="checkbox"
                  aria-label="Select all on this page"
                  checked={isAll}
                  onChange={({ target }) => selection.choose(ids, target.checked)}
                />
              </td>
            )}
            {columns.map((column) => (
              <Head key={column.key} column={column} state={state} show={show} />
            ))}
            <td>
              <span className="unseen">Actions</span>
            </td>
          </tr>
        </thead>
        <tbody>
          {workloads.map((workload) => (
            <Row
              key={workload.id}
              workload={workload}
              isGone={gone.has(workload.id)}
              columns={columns}
              selection={selection}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({
  column: { sort, label, isNumber = false },
  state,
  show,
}: {
  readonly column: Column;
  readonly state: ListState;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement {
  const className = isNumber ? 'number' : undefined;
  if (sort === undefined)
    return (
      <th scope="col" className={className}>
        {label}
      </th>
    );
  const isSorted = state.sortBy === sort;
  const isDescending = isSorted && state.sortOrder === 'desc';
  return (
    <th
      scope="col"
      className={className}
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        onClick={() => show({ sortBy: sort, sortOrder: isSorted && !isDescending ? 'desc' : 'asc' })}
      >
        {label} {isSorted ? (isDescending ? '↓' : '↑') : ''}
      </button>
    </th>
  );
}

function Row({
  workload,
  isGone,
  columns,
  selection,
}: {
  readonly workload: Workload;
  readonly isGone: boolean;
  readonly columns: readonly Column[];
  readonly selection: Selection | undefined;
}): ReactElement {
  const { id, name, deletedAt } = workload;
  const isChosen = selection?.chosen.has(id) === true;
  return (
    <tr data-chosen={isChosen ? true : undefined} data-gone={isGone ? true : undefined}>
      {selection === undefined ? null : (
        <td className="choice">
          <input
            type="checkbox"
            aria-label={`Select ${name}`}
            checked={isChosen}
            onChange={({ target }) => selection.choose([id], target.checked)}
          />
        </td>
      )}
      {columns.map(({ key, cell, isNumber = false, wraps = false }) => (
        <td key={key} className={isNumber ? 'number' : wraps ? 'wraps' : undefined}>
          {cell(workload)}
        </td>
      ))}
      <td className="actions">
        {deletedAt === null ? (
          <>
            <Link href={`/workloads/${id}/edit`} aria-label={`Edit ${name}`}>
              Edit
            </Link>{' '}
            <Link href={`/workloads?copy=${id}`} aria-label={`Copy ${name}`}>
              Copy
            </Link>
          </>
        ) : null}
      </td>
    </tr>
  );
}
