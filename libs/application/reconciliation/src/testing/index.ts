export { FakeCluster, InMemoryWorkloads } from './fakes';
export { replicaPod } from './replica-pod';
