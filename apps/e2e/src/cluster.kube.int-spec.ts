import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { clusterContract } from '@tessera/testing-contract-suites';
import { describeWithService, eventually } from '@tessera/testing-services';
import { LossyConnection, othersOn } from './cluster-admin';
import { CLUSTER_LIMIT_MS, informedCluster } from './informed-cluster';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

jest.setTimeout(90_000);

function contract(start: () => Promise<SimulatedCluster>): void {
  let stop: () => Promise<void> = async () => undefined;
  let admin: KubernetesConnection | undefined;
  afterAll(async () => {
    await admin?.close();
    await stop();
  }, SERVICE_START_MS);
  clusterContract(async () => {
    const simulated = await start();
    admin = connectKubernetes(simulated.kubeconfig);
    const lossy = new LossyConnection();
    const opened = await informedCluster(simulated, { asWritten: (connection) => lossy.of(connection) });
    stop = opened.stop;
    return {
      ...opened,
      others: othersOn(admin, lossy),
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
