export { FakeCluster } from './fakes';
export { replicaPod } from './replica-pod';
