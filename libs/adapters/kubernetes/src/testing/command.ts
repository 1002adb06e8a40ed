import { workloadRef } from '@tessera/testing-builders';

/** The command of a workload `chat` in project-1, all but its spec; for specifications. */
export const COMMAND = {
  ...workloadRef(1, { name: 'chat' }),
  generation: 1,
  createdBy: 'me',
  createdAt: '2026-01-01T00:00:00.000Z',
  defaultNodePools: [],
};
