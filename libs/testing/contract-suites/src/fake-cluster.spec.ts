import { FakeCluster } from '@tessera/application-reconciliation/testing';
import { gpuNode } from '@tessera/testing-builders';
import { clusterContract } from './cluster';

describe('the fake cluster of the specifications', () => {
  clusterContract(async () => {
    const cluster = new FakeCluster([gpuNode('node-a', 2)]);
    return {
      view: cluster,
      writer: cluster,
      node: 'node-a',
      accept: () => undefined,
      eventually: async (check) => {
        cluster.allReady();
        cluster.endTerminating();
        check();
      },
    };
  });
});
