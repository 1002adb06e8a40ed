import { MemoryUsage } from '@tessera/application-usage/testing';
import { usageStoreContract } from './usage-store';

describe('usage in memory', () => {
  usageStoreContract(async () => {
    const clusterId = '71f69d83-ba66-4822-adf5-55ce55efd210';
    const store = new MemoryUsage([clusterId]);
    return { store, clusterId, hours: async () => store.hours };
  });
});
