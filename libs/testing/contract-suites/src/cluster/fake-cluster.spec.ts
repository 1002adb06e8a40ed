import { FakeCluster } from '@tessera/application-reconciliation/testing';
import { gpuNode } from '@tessera/testing-builders';
import { clusterContract, type OthersOnCluster } from './cluster';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');

const named = (name: string): Error => Object.assign(new Error('the cluster says no'), { name });

const othersOn = (cluster: FakeCluster): OthersOnCluster => ({
  node: async (name, ready) => {
    cluster.putNode(gpuNode(name, 0));
    if (ready) cluster.lost.delete(name);
    else cluster.lost.set(name, { node: name, since: NOW, gone: false });
  },
  addStorageClass: async (name, isDefault) => {
    cluster.classes = [...cluster.classes, { name, isDefault }];
  },
  removeStorageClass: async (name) => {
    cluster.classes = cluster.classes.filter((one) => one.name !== name);
  },
  addClaim: async (_namespace, name) => {
    cluster.claims = [{ name, field: 'spec.storage.pvc', made: false, phase: 'Pending' }];
  },
  limitRequests: async (_namespace, amounts) => {
    cluster.admitted = amounts && { ...amounts, extended: {} };
  },
  loseNextCreation: (carriedOut) => cluster.answers.lose(carriedOut ? 'stored' : 'never'),
  refusedWrites: async () => ({ forGood: named('Refused'), forNow: named('NotAdmitted') }),
});

describe('the fake cluster of the specifications', () => {
  clusterContract(async () => {
    const cluster = new FakeCluster([gpuNode('node-a', 2)]);
    return {
      view: cluster,
      writer: cluster,
      node: 'node-a',
      others: othersOn(cluster),
      accept: () => undefined,
      eventually: async (check) => {
        cluster.allReady();
        cluster.endTerminating();
        check();
      },
    };
  });
});
