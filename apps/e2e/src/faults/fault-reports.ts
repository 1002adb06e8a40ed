import { eventually } from '@tessera/testing-services';
import type { Json } from '../client';
import { fullDevicesAreUpdated } from './full-devices';
import { CORE, LIMIT_MS, FaultTest } from './fault-test';

const STORAGE_CLASS = 'my-storage-class';
const claimOf = (name: string, storageClassName = STORAGE_CLASS) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
});
const unlessGone = (error: { readonly status?: number }): void => {
  if (error.status !== 404) throw error as Error;
};
const secret = (name: string) => ({ metadata: { name }, stringData: { k: 'v' } });

interface Missing {
  readonly name: string;
  readonly spec: object;
  readonly phase: string;
  readonly reason: RegExp;
  readonly message: RegExp;
  /** What a cluster of ours has and is to lack. */
  readonly take?: string;
  /** Reason of the condition ResourcesReady. */
  readonly compiled?: string;
  /** Brings what is missing. */
  readonly bring?: { readonly path: string; readonly body: object };
}

/** What a cluster may lack, how it is reported, and what makes it good. */
const MISSING: readonly Missing[] = [
  {
    name: 'secret-of-a-variable',
    spec: { environmentVariables: [{ name: 'TOKEN', secret: { name: 'later-1', key: 'k' } }] },
    phase: 'Initializing',
    reason: /^CreateContainerConfigError$/,
    message: /secret "later-1" not found/,
    bring: { path: `${CORE}/secrets`, body: secret('later-1') },
  },
  {
    name: 'config-map-of-a-variable',
    spec: { environmentVariables: [{ name: 'MODE', configMap: { name: 'later-2', key: 'k' } }] },
    phase: 'Initializing',
    reason: /^CreateContainerConfigError$/,
    message: /configmap "later-2" not found/,
    bring: { path: `${CORE}/configmaps`, body: { metadata: { name: 'later-2' }, data: { k: 'v' } } },
  },
  {
    name: 'secret-of-a-volume',
    spec: { storage: { secretVolume: [{ secret: 'later-3', mountPath: '/s' }] } },
    phase: 'Initializing',
    reason: /^FailedMount$/,
    message: /secret "later-3" not found/,
    bring: { path: `${CORE}/secrets`, body: secret('later-3') },
  },
  {
    name: 'config-map-of-a-volume',
    spec: { storage: { configMapVolume: [{ configMap: 'later-4', mountPath: '/m' }] } },
    phase: 'Initializing',
    reason: /^FailedMount$/,
    message: /configmap "later-4" not found/,
    bring: { path: `${CORE}/configmaps`, body: { metadata: { name: 'later-4' } } },
  },
  {
    name: 'existing-claim',
    spec: { storage: { pvc: [{ existingPvc: true, claimName: 'later-5', path: '/c' }] } },
    phase: 'Initializing',
    reason: /^ClaimMissing$/,
    message: /PersistentVolumeClaim "later-5" does not exist in namespace runai-project-1; create it/,
    bring: { path: `${CORE}/persistentvolumeclaims`, body: claimOf('later-5') },
  },
  {
    name: 'claim-of-a-data-volume',
    spec: { storage: { dataVolume: [{ id: '0b0b0b0b-0000-4000-8000-00000000000b', mountPath: '/d' }] } },
    phase: 'Initializing',
    reason: /^ClaimMissing$/,
    message:
      /dataVolume: the PersistentVolumeClaim "data-0b0b0b0b-.*does not exist in namespace runai-project-1/,
    bring: {
      path: `${CORE}/persistentvolumeclaims`,
      body: claimOf('data-0b0b0b0b-0000-4000-8000-00000000000b'),
    },
  },
  {
    name: 'storage-class',
    spec: { storage: { pvc: [{ path: '/c', claimInfo: { size: '1G', storageClass: 'later-6' } }] } },
    phase: 'Initializing',
    reason: /^StorageClassMissing$/,
    message: /no StorageClass "later-6".*available: "my-storage-class"/,
    bring: {
      path: '/apis/storage.k8s.io/v1/storageclasses',
      body: { metadata: { name: 'later-6' }, provisioner: 'simulator.tessera.io/volumes' },
    },
  },
  {
    name: 'priority-class',
    spec: { priorityClass: 'high' },
    take: '/apis/scheduling.k8s.io/v1/priorityclasses/high',
    phase: 'Pending',
    reason: /^PriorityClassMissing$/,
    message: /no PriorityClass "high"; create it/,
    bring: {
      path: '/apis/scheduling.k8s.io/v1/priorityclasses',
      body: { metadata: { name: 'high' }, value: 7 },
    },
  },
  {
    name: 'image',
    spec: { image: 'registry.invalid/nothing:1' },
    phase: 'Initializing',
    reason: /^(ErrImagePull|ImagePullBackOff)$/,
    message: /registry\.invalid\/nothing:1/,
  },
  {
    name: 'pull-secret',
    spec: { image: 'registry.invalid/private:1', imagePullSecrets: [{ name: 'nowhere' }] },
    phase: 'Initializing',
    // Before the pull fails, the missing secret is all that is reported.
    reason: /ErrImagePull|ImagePullBackOff/,
    message: /registry\.invalid\/private:1.*image pull secrets \(nowhere\)/,
    compiled: 'FailedToRetrieveImagePullSecret',
  },
];

/** What goes wrong in the life of a replica. */
const FAULTS = [
  { name: 'oom', action: 'oom', phase: /Degraded|Running/, reason: /OOMKilled/, replaced: false },
  { name: 'evicted', action: 'evict', phase: /Degraded|Running/, reason: /Evicted/, replaced: true },
] as const;

const PROBE = {
  probes: { readiness: { periodSeconds: 1, handler: { httpGet: { path: '/health', port: 8000 } } } },
};

/** Faults of nodes and pods, and what a cluster may lack: reported with phase, reason and event, and made good. */
export function faultsAreReported(kubernetes: 'simulator' | 'real'): void {
  let faultTest: FaultTest;
  beforeAll(async () => {
    faultTest = await FaultTest.start(['--kubernetes', kubernetes], { TESSERA_NODE_LOST_MS: '2000' });
  });
  afterAll(() => faultTest?.remove());

  it.each(MISSING)(
    'what is missing is reported: $name',
    async ({ name, spec, phase, reason, message, compiled: compiled, take, bring }) => {
      if (take !== undefined) await faultTest.cluster.request('DELETE', take);
      const id = await faultTest.create(name, spec);
      await faultTest.says(id, phase, reason, message);
      await faultTest.warned(id, reason);
      if (compiled !== undefined)
        expect(await faultTest.condition(id, 'ResourcesReady')).toMatchObject({
          status: 'False',
          reason: compiled,
        });
      if (bring !== undefined) {
        await faultTest.cluster.request('POST', bring.path, { body: bring.body });
        await faultTest.running(id);
      }
      await faultTest.end(id);
    },
  );

  it('a claim that waits for its first consumer gets its node, and is bound', async () => {
    const name = 'late-binding';
    await faultTest.cluster.request('POST', '/apis/storage.k8s.io/v1/storageclasses', {
      body: {
        metadata: { name },
        provisioner: 'simulator.tessera.io/volumes',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
    });
    const id = await faultTest.create(name, {
      storage: { pvc: [{ path: '/c', claimInfo: { size: '1G', storageClass: name } }] },
    });
    await faultTest.running(id);
    const [claim] = await faultTest.items(`${CORE}/persistentvolumeclaims`, id);
    expect(claim.metadata.annotations['volume.kubernetes.io/selected-node']).toBe(
      (await faultTest.podOf(id)).spec.nodeName,
    );
    await faultTest.end(id);
  });

  it('a ResourceQuota that is exhausted is reported, and the workload goes on once there is', async () => {
    const quotas = `${CORE}/resourcequotas`;
    const made = await faultTest.cluster
      .request('POST', quotas, { body: { metadata: { name: 'full' }, spec: { hard: { pods: '0' } } } })
      .then(
        () => true,
        () => false,
      );
    // The simulated API has no quotas of its own.
    if (!made) return expect(kubernetes).toBe('simulator');
    await eventually(async () => {
      const { status } = await faultTest.cluster.request<Json>('GET', `${quotas}/full`);
      expect(status.hard).toEqual({ pods: '0' });
    }, LIMIT_MS);
    const id = await faultTest.create('no-room');
    await faultTest.says(id, 'Pending', /^NamespaceQuotaExceeded$/, /ResourceQuota "full" .*is exhausted/);
    await faultTest.warned(id, /NamespaceQuotaExceeded/);
    await faultTest.cluster.request('DELETE', `${quotas}/full`);
    await faultTest.running(id);
    await faultTest.end(id);
  });

  it.each(FAULTS)('a replica: $name', async ({ name, action, reason, replaced }) => {
    const id = await faultTest.create(name, PROBE);
    await faultTest.running(id);
    const pod = await faultTest.podOf(id);
    await faultTest.simulate(`pods/${pod.metadata.namespace}/${pod.metadata.name}/${action}`);
    await faultTest.warned(id, reason);
    if (replaced) await faultTest.replaced(id, pod.metadata.uid);
    await faultTest.running(id);
    expect((await faultTest.podOf(id)).metadata.uid === pod.metadata.uid).toBe(!replaced);
    await faultTest.end(id);
  });

  it('a replica that crashes again and again says how its container ended', async () => {
    const environmentVariables = [
      { name: 'SIM_CRASH_AFTER_MS', value: '20' },
      { name: 'SIM_EXIT_CODE', value: '3' },
    ];
    const id = await faultTest.create('crashes', { ...PROBE, environmentVariables });
    await eventually(async () => {
      const reported = await faultTest.phaseOf(id);
      expect(reported.reason).toBe('CrashLoopBackOff');
      expect(reported.message).toMatch(
        /back-off .*restarting failed container.*; the container ended with exit code 3/,
      );
    }, LIMIT_MS);
    await faultTest.warned(id, /CrashLoopBackOff/);
    await faultTest.end(id);
  });

  it('a probe that fails is reported in the words of its kubelet', async () => {
    const environmentVariables = [{ name: 'SIM_READINESS', value: 'fail' }];
    const id = await faultTest.create('unready', { ...PROBE, environmentVariables });
    await faultTest.says(id, 'Initializing', /^Unhealthy$/, /Readiness probe failed/);
    await faultTest.end(id);
  });

  // Before nodes are lost, of which some do not come back.
  fullDevicesAreUpdated(() => faultTest);

  it.each([
    ['is not ready any more', (node: string) => faultTest.simulate(`nodes/${node}/fail`)],
    [
      'is deleted',
      (node: string) => faultTest.cluster.request('DELETE', `/api/v1/nodes/${node}`).then(() => undefined),
    ],
  ])('a replica whose node %s is replaced elsewhere, once', async (what, lose) => {
    const nodePools = ['my-node-pool-a', 'my-node-pool-b'];
    const id = await faultTest.create(
      `node-${what.split(' ')[1] ?? ''}`,
      { nodePools },
      { gpuDevicesRequest: 1 },
    );
    await faultTest.running(id);
    const pod = await faultTest.podOf(id);
    await lose(pod.spec.nodeName);
    await faultTest.warned(id, /NodeLost/);
    await faultTest.replaced(id, pod.metadata.uid);
    await faultTest.running(id);
    expect((await faultTest.podOf(id)).spec.nodeName).not.toBe(pod.spec.nodeName);
    await faultTest.end(id);
    if (what.startsWith('is not')) await faultTest.simulate(`nodes/${pod.spec.nodeName}/recover`);
  });

  describe('somebody', () => {
    const ports = [{ container: 9000, serviceType: 'ClusterIP', name: 'admin' }];
    const pvc = [{ path: '/own', claimInfo: { size: '1G', storageClass: STORAGE_CLASS } }];
    let id: string;
    beforeAll(async () => {
      id = await faultTest.create('drifting', { ports, storage: { pvc } });
      await faultTest.running(id);
    });
    afterAll(() => faultTest.end(id));

    const service = `${CORE}/services/drifting-serving`;
    const get = (path: string): Promise<Json> => faultTest.cluster.request<Json>('GET', path);
    const podPath = async (): Promise<string> => `${CORE}/pods/${(await faultTest.podOf(id)).metadata.name}`;

    it('deletes its pod: there is another one', async () => {
      const { uid } = (await faultTest.podOf(id)).metadata;
      await faultTest.cluster.request('DELETE', await podPath());
      await faultTest.replaced(id, uid);
      await faultTest.running(id);
    });

    it('changes the image of its pod: it is replaced', async () => {
      const { uid, name } = (await faultTest.podOf(id)).metadata;
      await faultTest.cluster.request('PATCH', `${CORE}/pods/${name}`, {
        body: { spec: { containers: [{ name: 'main', image: 'other:1' }] } },
        contentType: 'application/strategic-merge-patch+json',
      });
      await faultTest.warned(id, /ReplicaEdited/);
      await faultTest.replaced(id, uid);
      expect((await faultTest.podOf(id)).spec.containers[0].image).toBe('model:1');
      await faultTest.running(id);
    });

    it('takes the allocation off its pod: it is replaced', async () => {
      const { uid, name } = (await faultTest.podOf(id)).metadata;
      await faultTest.patch(`${CORE}/pods/${name}`, {
        metadata: { annotations: { 'tessera.io/allocation': null } },
      });
      await faultTest.replaced(id, uid);
      await faultTest.running(id);
    });

    it('takes the labels off its pod: they are put back', async () => {
      const { uid, name } = (await faultTest.podOf(id)).metadata;
      await faultTest.patch(`${CORE}/pods/${name}`, {
        metadata: { labels: { 'tessera.io/workload-id': null } },
      });
      await eventually(async () => expect((await faultTest.podOf(id)).metadata.uid).toBe(uid), LIMIT_MS);
      await faultTest.running(id);
    });

    it('changes or deletes its Service: it is put right', async () => {
      await faultTest.patch(service, { spec: { selector: { 'tessera.io/workload-id': 'nobody' } } });
      await eventually(
        async () => expect((await get(service)).spec.selector).toEqual({ 'tessera.io/workload-id': id }),
        LIMIT_MS,
      );
      const { uid } = (await get(service)).metadata;
      await faultTest.cluster.request('DELETE', service);
      await eventually(async () => expect((await get(service)).metadata.uid).not.toBe(uid), LIMIT_MS);
      await faultTest.running(id);
    });

    it('deletes its record, which owns all the rest: everything comes back, once', async () => {
      const { uid } = (await faultTest.podOf(id)).metadata;
      await faultTest.cluster.request('DELETE', `${CORE}/configmaps/drifting-workload`);
      await faultTest.replaced(id, uid);
      await faultTest.running(id);
      expect(await faultTest.items(`${CORE}/services`, id)).toHaveLength(2);
      expect(await faultTest.items(`${CORE}/persistentvolumeclaims`, id)).toHaveLength(1);
    });

    it('deletes a claim that something else holds: no replica comes before it is gone', async () => {
      const [{ metadata }] = await faultTest.items(`${CORE}/persistentvolumeclaims`, id);
      const claim = `${CORE}/persistentvolumeclaims/${metadata.name}`;
      const { uid, name } = (await faultTest.podOf(id)).metadata;
      await faultTest.patch(claim, {
        metadata: { finalizers: [...metadata.finalizers, 'example.com/backup'] },
      });
      await faultTest.cluster.request('DELETE', claim);
      await faultTest.cluster.request('DELETE', `${CORE}/pods/${name}`).catch(unlessGone);
      await faultTest.says(
        id,
        'Degraded',
        /^ClaimEnding$/,
        /has been terminating since .*creates a new claim and new replicas/,
      );
      await eventually(
        async () => expect((await get(claim)).metadata.finalizers).toEqual(['example.com/backup']),
        LIMIT_MS,
      );
      expect(await faultTest.podsOf(id)).toEqual([]);
      await faultTest.patch(claim, { metadata: { finalizers: null } });
      await faultTest.replaced(id, uid);
      await faultTest.running(id);
      expect((await get(claim)).metadata.uid).not.toBe(metadata.uid);
    });

    it('deletes a claim in use: it is there again once its pod has let go of it', async () => {
      const [claim] = await faultTest.items(`${CORE}/persistentvolumeclaims`, id);
      const { uid, name } = (await faultTest.podOf(id)).metadata;
      await faultTest.cluster.request('DELETE', `${CORE}/persistentvolumeclaims/${claim.metadata.name}`);
      // A pod made within the same second is on its way out already.
      await faultTest.cluster.request('DELETE', `${CORE}/pods/${name}`).catch(unlessGone);
      await eventually(async () => {
        const [found] = await faultTest.items(`${CORE}/persistentvolumeclaims`, id);
        expect(found?.metadata.uid ?? claim.metadata.uid).not.toBe(claim.metadata.uid);
      }, LIMIT_MS);
      await faultTest.replaced(id, uid);
      await faultTest.running(id);
    });
  });
}
