import { SERVICE_START_MS } from '@tessera/dev-services';
import { clusterContract } from '@tessera/testing-contract-suites';
import { describeWithService, eventually } from '@tessera/testing-services';
import { CLUSTER_LIMIT_MS, informedCluster } from './informed-cluster';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

jest.setTimeout(90_000);

function contract(start: () => Promise<SimulatedCluster>): void {
  let stop: () => Promise<void> = async () => undefined;
  afterAll(() => stop(), SERVICE_START_MS);
  clusterContract(async () => {
    const opened = await informedCluster(await start());
    stop = opened.stop;
    return {
      ...opened,
      accept: ({ ref }) => opened.accept(ref),
      eventually: (check) => eventually(check, CLUSTER_LIMIT_MS),
    };
  });
}

describe('the cluster as informers show it, on the simulated API server', () => {
  contract(() => simulator());
});

describeWithService('kubernetes', 'the cluster as informers show it, on a real API server', () => {
  contract(() => realServer());
});
