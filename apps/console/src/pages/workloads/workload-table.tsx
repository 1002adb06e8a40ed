import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { BodyOf } from '../../api/client';
import { number } from '../../parts/numbers';
import { Phase } from '../../parts/phase';
import { Empty } from '../../parts/states';
import { When } from '../../parts/when';
import type { ListState } from './list-state';

type Workload = BodyOf<'get_workloads'>['workloads'][number];

const COLUMNS = [
  ['name', 'Name'],
  ['phase', 'Phase'],
  ['projectName', 'Project'],
  [undefined, 'Pods'],
  ['allocatedGPU', 'GPU'],
  ['nodepool', 'Node pool'],
  ['createdAt', 'Created'],
  ['submittedBy', 'By'],
] as const;

/** A page of workloads; the heads sort. */
export function WorkloadTable({
  workloads,
  state,
  show,
}: {
  readonly workloads: readonly Workload[];
  readonly state: ListState;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement {
  if (workloads.length === 0)
    return (
      <Empty title="No workload matches">
        {state.search === '' && state.phase === '' && state.project === ''
          ? 'Create the first one.'
          : 'Change the filters.'}
      </Empty>
    );
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Workloads">
      <table>
        <thead>
          <tr>
            {COLUMNS.map(([field, label]) => (
              <Head key={label} field={field} label={label} state={state} show={show} />
            ))}
          </tr>
        </thead>
        <tbody>
          {workloads.map((workload) => (
            <Row key={workload.id} workload={workload} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({
  field,
  label,
  state,
  show,
}: {
  readonly field: string | undefined;
  readonly label: string;
  readonly state: ListState;
  readonly show: (change: Partial<ListState>) => void;
}): ReactElement {
  if (field === undefined) return <th scope="col">{label}</th>;
  const sorted = state.sortBy === field;
  const descending = sorted && state.sortOrder === 'desc';
  return (
    <th scope="col" aria-sort={sorted ? (descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        onClick={() => show({ sortBy: field, sortOrder: sorted && !descending ? 'desc' : 'asc' })}
      >
        {label} {sorted ? (descending ? '↓' : '↑') : ''}
      </button>
    </th>
  );
}

function Row({ workload }: { readonly workload: Workload }): ReactElement {
  const {
    id,
    name,
    phase,
    phaseMessage = '',
    projectName,
    runningPods,
    requestedPods,
    allocatedResources,
  } = workload;
  return (
    <tr>
      <td>
        <Link href={`/workloads/${id}`}>{name}</Link>
      </td>
      <td>
        <Phase phase={phase} />
        {phase === 'Running' || phaseMessage === '' ? null : (
          <div className="small soft reason">{phaseMessage}</div>
        )}
      </td>
      <td>{projectName}</td>
      <td className="number">
        {runningPods} / {requestedPods?.number ?? requestedPods?.min ?? '–'}
      </td>
      <td className="number">{number(allocatedResources?.gpu ?? 0)}</td>
      <td>{workload.currentNodePools?.join(', ')}</td>
      <td>
        <When at={workload.createdAt} />
      </td>
      <td>{workload.submittedBy}</td>
    </tr>
  );
}
