import type { WorkloadRef } from '@tessera/contracts-events';

/** UUID with this number at its end; the same number gives the same id. */
const idOf = (number: number): string => `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;

/** The reference of a workload of project 1 in department 2. `number` gives its id and name. */
export const workloadRef = (number = 1, change: Partial<WorkloadRef> = {}): WorkloadRef => ({
  workloadId: idOf(number),
  name: `workload-${number}`,
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  projectId: '1',
  projectName: 'project-1',
  departmentId: '2',
  departmentName: 'department-2',
  namespace: 'runai-project-1',
  ...change,
});
