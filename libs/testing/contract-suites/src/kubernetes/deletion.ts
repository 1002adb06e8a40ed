import { configMap, ownedBy, pod, Scene } from './scene';
import { eventually, type KubernetesUnderTest, type Wire } from './wire';

/** Deletion: grace, preconditions, finalizers, owners, namespaces, eviction. */
export function deletionExpectations(target: () => KubernetesUnderTest): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(target());
  });
  afterAll(() => scene.close());

  it('answers a Status for most kinds', async () => {
    const made = await scene.make('configmaps', configMap('simple'));

    const { body } = await scene.api.remove(scene.at('configmaps', 'simple'));

    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'simple', kind: 'configmaps', uid: made.metadata.uid },
    });
  });

  it('says when there is nothing to delete', async () => {
    expect((await scene.api.remove(scene.at('configmaps', 'nothing'))).body).toMatchObject({
      code: 404,
      reason: 'NotFound',
    });
  });

  it.each(['uid', 'resourceVersion'])('holds to a precondition on the %s', async (field) => {
    const made = await scene.make('configmaps', configMap(`kept-${field.toLowerCase()}`));
    const path = scene.at('configmaps', made.metadata.name as string);

    const wrong = await scene.api.remove(path, {
      preconditions: { [field]: '00000000-0000-4000-8000-000000000000' },
    });
    const right = await scene.api.remove(path, { preconditions: { [field]: made.metadata[field] } });

    expect([wrong.status, wrong.body.reason, right.status]).toEqual([409, 'Conflict', 200]);
    expect(wrong.body.message).toContain(
      `Operation cannot be fulfilled on ConfigMap "${made.metadata.name}": the ${field === 'uid' ? 'UID' : 'ResourceVersion'} in the precondition`,
    );
  });

  describe('of pods', () => {
    const onNode = (name: string): Wire => pod(name, { spec: { nodeName: 'nobody-runs-this-node' } });

    it('gives a pod on a node its grace', async () => {
      await scene.make('pods', onNode('graceful'));
      const path = scene.at('pods', 'graceful');

      const first = await scene.api.remove(path);
      const shorter = await scene.api.remove(path, { gracePeriodSeconds: 5 });
      const longer = await scene.api.remove(path, { gracePeriodSeconds: 60 });

      expect(first.body).toMatchObject({
        kind: 'Pod',
        metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 },
      });
      expect(shorter.body.metadata.deletionGracePeriodSeconds).toBe(5);
      expect(longer.body.metadata.deletionGracePeriodSeconds).toBe(5);
      await scene.api.remove(path, { gracePeriodSeconds: 0 });
      expect((await scene.api.get(path)).status).toBe(404);
    });

    it('takes a pod without a node at once', async () => {
      await scene.make('pods', pod('unbound'));

      const { body } = await scene.api.remove(scene.at('pods', 'unbound'));

      expect(body).toMatchObject({ kind: 'Pod', metadata: { name: 'unbound' } });
      expect((await scene.api.get(scene.at('pods', 'unbound'))).status).toBe(404);
    });

    it('takes a pod that has ended at once', async () => {
      await scene.make('pods', onNode('ended'));
      await scene.api.patch(`${scene.at('pods', 'ended')}/status`, 'merge', { status: { phase: 'Failed' } });

      await scene.api.remove(scene.at('pods', 'ended'));

      expect((await scene.api.get(scene.at('pods', 'ended'))).status).toBe(404);
    });

    it('evicts by the same way', async () => {
      await scene.make('pods', pod('evicted'));

      const { status, body } = await scene.api.post(`${scene.at('pods', 'evicted')}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'evicted', namespace: scene.namespace },
      });

      expect([status, body.status]).toEqual([201, 'Success']);
      await scene.gone('pods', 'evicted');
    });

    it('does not evict against a disruption budget', async () => {
      await scene.make(
        'pods',
        pod('guarded', { metadata: { labels: { guard: 'yes' } }, spec: { nodeName: 'node-1' } }),
      );
      const conditions = [{ type: 'Ready', status: 'True' }];
      await scene.api.patch(`${scene.at('pods', 'guarded')}/status`, 'merge', {
        status: { phase: 'Running', conditions },
      });
      await scene.make('poddisruptionbudgets', {
        metadata: { name: 'budget' },
        spec: { minAvailable: 1, selector: { matchLabels: { guard: 'yes' } } },
      });
      const evict = () =>
        scene.api.post(`${scene.at('pods', 'guarded')}/eviction`, {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'guarded', namespace: scene.namespace },
        });

      await eventually(async () =>
        expect((await evict()).body).toMatchObject({
          code: 429,
          reason: 'TooManyRequests',
          message: "Cannot evict pod as it would violate the pod's disruption budget.",
        }),
      );
    });
  });

  it('waits for finalizers', async () => {
    await scene.make('configmaps', configMap('held', { metadata: { finalizers: ['example.com/mine'] } }));
    const path = scene.at('configmaps', 'held');

    const { body } = await scene.api.remove(path);
    const still = await scene.api.get(path);
    await scene.api.patch(path, 'merge', { metadata: { finalizers: null } });

    expect(body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['example.com/mine'],
    });
    expect(still.status).toBe(200);
    expect((await scene.api.get(path)).status).toBe(404);
  });

  it('empties a collection by selector', async () => {
    await scene.make('secrets', { metadata: { name: 'marked', labels: { sweep: 'yes' } } });
    await scene.make('secrets', { metadata: { name: 'unmarked' } });

    await scene.api.remove(`${scene.at('secrets')}?labelSelector=sweep%3Dyes`);

    await scene.gone('secrets', 'marked');
    expect((await scene.api.get(scene.at('secrets', 'unmarked'))).status).toBe(200);
  });

  describe('of claims', () => {
    const claim = (name: string): Wire => ({
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const using = (name: string, claimName: string, nodeName?: string): Wire =>
      pod(name, {
        spec: {
          ...(nodeName === undefined ? {} : { nodeName }),
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
        },
      });

    it('waits for the pods on nodes that use them', async () => {
      const { metadata } = await scene.make('persistentvolumeclaims', claim('used'));
      await scene.make('pods', using('user', 'used', 'nobody-runs-this-node'));
      await scene.make('pods', using('waiter', 'used'));

      const { body } = await scene.api.remove(scene.at('persistentvolumeclaims', 'used'));
      await scene.make('persistentvolumeclaims', claim('sentinel'));
      await scene.api.remove(scene.at('persistentvolumeclaims', 'sentinel'));
      await scene.gone('persistentvolumeclaims', 'sentinel');
      const kept = await scene.read('persistentvolumeclaims', 'used');
      await scene.api.remove(scene.at('pods', 'user'), { gracePeriodSeconds: 0 });

      expect(metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
      expect(body.metadata).toMatchObject({ name: 'used', deletionTimestamp: expect.any(String) });
      expect(kept.metadata.uid).toBe(metadata.uid);
      await scene.gone('persistentvolumeclaims', 'used');
    });

    it('waits for a pod that has ended too, until that is deleted', async () => {
      await scene.make('persistentvolumeclaims', claim('left'));
      await scene.make('pods', using('done', 'left', 'nobody-runs-this-node'));
      await scene.api.patch(`${scene.at('pods', 'done')}/status`, 'merge', {
        status: { phase: 'Succeeded' },
      });

      await scene.api.remove(scene.at('persistentvolumeclaims', 'left'));
      await scene.make('persistentvolumeclaims', claim('second-sentinel'));
      await scene.api.remove(scene.at('persistentvolumeclaims', 'second-sentinel'));
      await scene.gone('persistentvolumeclaims', 'second-sentinel');
      const kept = await scene.api.get(scene.at('persistentvolumeclaims', 'left'));
      await scene.api.remove(scene.at('pods', 'done'));

      expect(kept.status).toBe(200);
      await scene.gone('persistentvolumeclaims', 'left');
    });
  });

  describe('of owners', () => {
    it('takes their dependents along', async () => {
      const owner = await scene.make('configmaps', configMap('owner'));
      await scene.make('secrets', { metadata: { name: 'dependent', ...ownedBy(owner, 'ConfigMap') } });

      await scene.api.remove(scene.at('configmaps', 'owner'));

      await scene.gone('secrets', 'dependent');
    });

    it('leaves a dependent that has another owner', async () => {
      const first = await scene.make('configmaps', configMap('first-owner'));
      const second = await scene.make('configmaps', configMap('second-owner'));
      const ownerReferences = [first, second].flatMap((owner) => ownedBy(owner, 'ConfigMap').ownerReferences);
      await scene.make('secrets', { metadata: { name: 'shared', ownerReferences } });

      await scene.api.remove(scene.at('configmaps', 'first-owner'));

      await eventually(async () => {
        const { metadata } = await scene.read('secrets', 'shared');
        expect(metadata.ownerReferences.map((owner: { name: string }) => owner.name)).toEqual([
          'second-owner',
        ]);
      });
    });

    it('makes orphans when told to', async () => {
      const owner = await scene.make('configmaps', configMap('leaver'));
      await scene.make('secrets', { metadata: { name: 'orphan', ...ownedBy(owner, 'ConfigMap') } });

      await scene.api.remove(scene.at('configmaps', 'leaver'), { propagationPolicy: 'Orphan' });

      await scene.gone('configmaps', 'leaver');
      expect((await scene.read('secrets', 'orphan')).metadata).not.toHaveProperty('ownerReferences');
    });

    it('lets an owner wait for dependents that block it', async () => {
      const owner = await scene.make('configmaps', configMap('patient'));
      await scene.make('secrets', {
        metadata: {
          name: 'blocking',
          finalizers: ['example.com/mine'],
          ...ownedBy(owner, 'ConfigMap', { blockOwnerDeletion: true }),
        },
      });

      const { body } = await scene.api.remove(scene.at('configmaps', 'patient'), {
        propagationPolicy: 'Foreground',
      });
      await eventually(async () =>
        expect((await scene.read('secrets', 'blocking')).metadata.deletionTimestamp).toEqual(
          expect.any(String),
        ),
      );
      const waiting = await scene.api.get(scene.at('configmaps', 'patient'));
      await scene.api.patch(scene.at('secrets', 'blocking'), 'merge', { metadata: { finalizers: null } });

      expect(body.metadata.finalizers).toEqual(['foregroundDeletion']);
      expect(waiting.status).toBe(200);
      await scene.gone('configmaps', 'patient');
    });

    it('also takes an object whose owner was gone before it came', async () => {
      const owner = await scene.make('configmaps', configMap('former'));
      await scene.api.remove(scene.at('configmaps', 'former'));
      await scene.gone('configmaps', 'former');

      await scene.make('secrets', { metadata: { name: 'late', ...ownedBy(owner, 'ConfigMap') } });

      await scene.gone('secrets', 'late');
    });
  });

  it('of a namespace takes everything in it and lets nothing new in', async () => {
    const other = await Scene.open(target());
    await other.make('configmaps', configMap('inside', { metadata: { finalizers: ['example.com/mine'] } }));
    const path = `/api/v1/namespaces/${other.namespace}`;

    const { body } = await scene.api.remove(path);
    const late = await scene.api.post(other.at('configmaps'), configMap('late'));
    await eventually(async () =>
      expect((await other.read('configmaps', 'inside')).metadata.deletionTimestamp).toBeDefined(),
    );
    await scene.api.patch(other.at('configmaps', 'inside'), 'merge', { metadata: { finalizers: null } });

    expect(body.status.phase).toBe('Terminating');
    expect(late.body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: expect.stringContaining('because it is being terminated'),
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    });
    await eventually(async () => expect((await scene.api.get(path)).status).toBe(404));
    await other.api.close();
  });
}
