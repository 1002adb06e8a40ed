import { InMemoryWorkloads } from '@tessera/application-reconciliation/testing';
import { acceptedWorkloadsContract } from './accepted-workloads';

acceptedWorkloadsContract('in memory', async () => {
  const workloads = new InMemoryWorkloads();
  return {
    workloads,
    records: async (id) => workloads.published.filter(({ key }) => key === id).map(({ value }) => value),
  };
});
