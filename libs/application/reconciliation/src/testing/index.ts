export { FakeCluster } from './fakes';
export { InMemoryWorkloads } from './in-memory-workloads';
export { replicaPod } from './replica-pod';
