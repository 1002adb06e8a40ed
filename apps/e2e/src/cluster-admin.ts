import type { KubernetesConnection } from '@tessera/adapter-kubernetes';
import type { OthersOnCluster } from '@tessera/testing-contract-suites';

const STORAGE_CLASSES = '/apis/storage.k8s.io/v1/storageclasses';
const LIMIT_RANGE = 'contract';

/** A connection that can lose the answer to the next creation of a pod. */
export class LossyConnection {
  private next: 'carried-out' | 'not-sent' | undefined;

  lose(carriedOut: boolean): void {
    this.next = carriedOut ? 'carried-out' : 'not-sent';
  }

  of(connection: KubernetesConnection): KubernetesConnection {
    const request: KubernetesConnection['request'] = async (method, path, options) => {
      const lost = this.next;
      if (lost === undefined || method !== 'POST' || !path.endsWith('/pods'))
        return connection.request(method, path, options);
      this.next = undefined;
      if (lost === 'carried-out') await connection.request(method, path, options);
      throw new Error('other side closed');
    };
    return new Proxy(connection, {
      get: (target, name) => (name === 'request' ? request : Reflect.get(target, name, target)),
    });
  }
}

/** What others do to the cluster of the contract, by an administrator's connection. */
export function othersOn(admin: KubernetesConnection, lossy: LossyConnection): OthersOnCluster {
  const create = (path: string, body: object): Promise<unknown> => admin.request('POST', path, { body });
  const remove = (path: string): Promise<unknown> => admin.request('DELETE', path);
  return {
    node: async (name, ready) => {
      // Fails where the node exists.
      await create('/api/v1/nodes', { metadata: { name } }).catch(() => undefined);
      const condition = { type: 'Ready', status: ready ? 'True' : 'False', reason: 'Contract', message: '' };
      await admin.request('PATCH', `/api/v1/nodes/${name}/status`, {
        body: { status: { conditions: [condition] } },
        contentType: 'application/merge-patch+json',
      });
    },
    addStorageClass: async (name, isDefault) => {
      const annotations = { 'storageclass.kubernetes.io/is-default-class': String(isDefault) };
      await create(STORAGE_CLASSES, { metadata: { name, annotations }, provisioner: 'contract.test/none' });
    },
    removeStorageClass: async (name) => void (await remove(`${STORAGE_CLASSES}/${name}`)),
    addClaim: async (namespace, name) => {
      const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
      const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
      await create(claims, { metadata: { name }, spec });
    },
    limitRequests: async (namespace, amounts) => {
      const path = `/api/v1/namespaces/${namespace}/limitranges`;
      if (amounts === undefined) return void (await remove(`${path}/${LIMIT_RANGE}`));
      const defaultRequest = { cpu: `${amounts.cpuMilli}m`, memory: `${amounts.memoryMiB}Mi` };
      const limits = [{ type: 'Container', defaultRequest }];
      await create(path, { metadata: { name: LIMIT_RANGE }, spec: { limits } });
    },
    loseNextCreation: (carriedOut) => lossy.lose(carriedOut),
    refusedWrites: async () => {
      const failing = async (path: string, body: object): Promise<unknown> =>
        create(path, body).then(
          () => {
            throw new Error(`the API server took what it has to refuse at ${path}`);
          },
          (error: unknown) => error,
        );
      const pod = { metadata: { name: 'contract' }, spec: { containers: [{ name: 'a', image: 'a' }] } };
      return {
        forGood: await failing('/api/v1/namespaces/default/pods', {
          ...pod,
          metadata: { name: 'Not A Name' },
        }),
        forNow: await failing('/api/v1/namespaces/no-such-namespace/pods', pod),
      };
    },
  };
}
