/** The command of a workload `chat` in project-1, all but its spec; for specifications. */
export const COMMAND = {
  workloadId: '00000000-0000-4000-8000-000000000001',
  name: 'chat',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  projectId: '1',
  projectName: 'project-1',
  departmentId: '2',
  departmentName: 'department-2',
  namespace: 'runai-project-1',
  generation: 1,
  createdBy: 'me',
  createdAt: '2026-01-01T00:00:00.000Z',
  defaultNodePools: [],
};
