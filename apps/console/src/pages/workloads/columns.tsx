import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { BodyOf } from '../../api/client';
import { number } from '../../components/values/numbers';
import { Phase } from '../../components/values/phase';
import { When } from '../../components/values/when';

export type Workload = BodyOf<'get_workloads'>['workloads'][number];

/** A column of the list. */
export interface Column {
  readonly key: string;
  readonly label: string;
  /** Field of the API that sorts by it; absent where none does. */
  readonly sort?: string;
  readonly isNumber?: boolean;
  /** Texts that are too long for one line. */
  readonly wraps?: boolean;
  readonly cell: (workload: Workload) => ReactNode;
  /** The same as text, for a table in a file. */
  readonly text: (workload: Workload) => string;
}

const column = (
  key: string,
  label: string,
  text: (workload: Workload) => string,
  more: Partial<Column> = {},
): Column => ({ key, label, text, cell: text, ...more });
const wanted = ({ requestedPods }: Workload): number | string =>
  requestedPods?.number ?? requestedPods?.min ?? '–';
const time = (of: (workload: Workload) => string | null | undefined): Pick<Column, 'cell'> => ({
  cell: (workload) => <When at={of(workload)} />,
});

/** All columns; the name is always there. */
export const COLUMNS: readonly Column[] = [
  column('name', 'Name', ({ name }) => name, {
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/workloads/${id}`}>{name}</Link>,
  }),
  column(
    'phase',
    'Phase',
    ({ phase, phaseMessage = '' }) => [phase, phaseMessage].filter(Boolean).join(': '),
    {
      sort: 'phase',
      wraps: true,
      cell: ({ phase, phaseMessage = '' }) => (
        <>
          <Phase phase={phase} />
          {phase === 'Running' || phaseMessage === '' ? null : (
            <div className="small soft reason">{phaseMessage}</div>
          )}
        </>
      ),
    },
  ),
  column('project', 'Project', ({ projectName }) => projectName, { sort: 'projectName' }),
  column('pods', 'Pods', (workload) => `${workload.runningPods} / ${wanted(workload)}`, { isNumber: true }),
  column('gpu', 'GPU', ({ allocatedResources }) => number(allocatedResources?.gpu ?? 0), {
    sort: 'allocatedGPU',
    isNumber: true,
  }),
  column('gpuMemory', 'GPU memory', ({ allocatedResources }) => allocatedResources?.gpuMemory ?? '', {
    isNumber: true,
  }),
  column('pool', 'Node pool', ({ currentNodePools }) => currentNodePools?.join(', ') ?? '', {
    sort: 'nodepool',
    wraps: true,
  }),
  column('department', 'Department', ({ departmentName }) => departmentName, { sort: 'departmentName' }),
  column('images', 'Image', ({ images }) => images?.join(', ') ?? '', { wraps: true }),
  column('priority', 'Priority', ({ priorityClassName }) => priorityClassName, { sort: 'priorityClassName' }),
  column(
    'bounds',
    'Replicas allowed',
    ({ requestedPods }) => `${requestedPods?.min ?? 0} to ${requestedPods?.max ?? '–'}`,
    {
      isNumber: true,
    },
  ),
  column('created', 'Created', ({ createdAt }) => createdAt, {
    sort: 'createdAt',
    ...time((one) => one.createdAt),
  }),
  column('changed', 'Phase since', ({ phaseUpdatedAt }) => phaseUpdatedAt, {
    sort: 'phaseUpdatedAt',
    ...time((one) => one.phaseUpdatedAt),
  }),
  column('by', 'By', ({ submittedBy = '' }) => submittedBy, { sort: 'submittedBy' }),
  column('id', 'Id', ({ id }) => id, { cell: ({ id }) => <code>{id}</code> }),
];

export const STANDARD_COLUMNS = ['name', 'phase', 'project', 'pods', 'gpu', 'pool', 'created', 'by'];
