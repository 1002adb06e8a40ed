import { maybe } from '@tessera/kernel';
import { configMap, ownedBy, pod, Fixture } from './fixture';
import { eventually } from '@tessera/testing-services/eventually';
import { type KubernetesUnderTest, type Wire } from './wire';

/** Deletion: grace, preconditions, finalizers, owners, namespaces, eviction. */
export function deletionExpectations(target: () => KubernetesUnderTest): void {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.open(target());
  });
  afterAll(() => fixture.close());

  it('answers a Status for most kinds', async () => {
    const made = await fixture.make('configmaps', configMap('simple'));

    const { body } = await fixture.api.remove(fixture.at('configmaps', 'simple'));

    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'simple', kind: 'configmaps', uid: made.metadata.uid },
    });
  });

  it('answers 404 when there is nothing to delete', async () => {
    expect((await fixture.api.remove(fixture.at('configmaps', 'nothing'))).body).toMatchObject({
      code: 404,
      reason: 'NotFound',
    });
  });

  it.each(['uid', 'resourceVersion'])('holds to a precondition on the %s', async (field) => {
    const made = await fixture.make('configmaps', configMap(`kept-${field.toLowerCase()}`));
    const path = fixture.at('configmaps', made.metadata.name as string);

    const wrong = await fixture.api.remove(path, {
      preconditions: { [field]: '00000000-0000-4000-8000-000000000000' },
    });
    const right = await fixture.api.remove(path, { preconditions: { [field]: made.metadata[field] } });

    expect([wrong.status, wrong.body.reason, right.status]).toEqual([409, 'Conflict', 200]);
    expect(wrong.body.message).toContain(
      `Operation cannot be fulfilled on ConfigMap "${made.metadata.name}": the ${field === 'uid' ? 'UID' : 'ResourceVersion'} in the precondition`,
    );
  });

  describe('of pods', () => {
    const onNode = (name: string): Wire => pod(name, { spec: { nodeName: 'nobody-runs-this-node' } });

    it('gives a pod on a node its grace period', async () => {
      await fixture.make('pods', onNode('graceful'));
      const path = fixture.at('pods', 'graceful');

      const first = await fixture.api.remove(path);
      const shorter = await fixture.api.remove(path, { gracePeriodSeconds: 5 });
      const longer = await fixture.api.remove(path, { gracePeriodSeconds: 60 });

      expect(first.body).toMatchObject({
        kind: 'Pod',
        metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 },
      });
      expect(shorter.body.metadata.deletionGracePeriodSeconds).toBe(5);
      expect(longer.body.metadata.deletionGracePeriodSeconds).toBe(5);
      await fixture.api.remove(path, { gracePeriodSeconds: 0 });
      expect((await fixture.api.get(path)).status).toBe(404);
    });

    it('removes a pod without a node at once', async () => {
      await fixture.make('pods', pod('unbound'));

      const { body } = await fixture.api.remove(fixture.at('pods', 'unbound'));

      expect(body).toMatchObject({ kind: 'Pod', metadata: { name: 'unbound' } });
      expect((await fixture.api.get(fixture.at('pods', 'unbound'))).status).toBe(404);
    });

    it('removes a pod that has ended at once', async () => {
      await fixture.make('pods', onNode('ended'));
      await fixture.api.patch(`${fixture.at('pods', 'ended')}/status`, 'merge', {
        status: { phase: 'Failed' },
      });

      await fixture.api.remove(fixture.at('pods', 'ended'));

      expect((await fixture.api.get(fixture.at('pods', 'ended'))).status).toBe(404);
    });

    it('evicts a pod in the same way', async () => {
      await fixture.make('pods', pod('evicted'));

      const { status, body } = await fixture.api.post(`${fixture.at('pods', 'evicted')}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'evicted', namespace: fixture.namespace },
      });

      expect([status, body.status]).toEqual([201, 'Success']);
      await fixture.gone('pods', 'evicted');
    });

    it('does not evict against a disruption budget', async () => {
      await fixture.make(
        'pods',
        pod('guarded', { metadata: { labels: { guard: 'yes' } }, spec: { nodeName: 'node-1' } }),
      );
      const conditions = [{ type: 'Ready', status: 'True' }];
      await fixture.api.patch(`${fixture.at('pods', 'guarded')}/status`, 'merge', {
        status: { phase: 'Running', conditions },
      });
      await fixture.make('poddisruptionbudgets', {
        metadata: { name: 'budget' },
        spec: { minAvailable: 1, selector: { matchLabels: { guard: 'yes' } } },
      });
      const evict = () =>
        fixture.api.post(`${fixture.at('pods', 'guarded')}/eviction`, {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'guarded', namespace: fixture.namespace },
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
    await fixture.make('configmaps', configMap('held', { metadata: { finalizers: ['example.com/mine'] } }));
    const path = fixture.at('configmaps', 'held');

    const { body } = await fixture.api.remove(path);
    const still = await fixture.api.get(path);
    await fixture.api.patch(path, 'merge', { metadata: { finalizers: null } });

    expect(body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['example.com/mine'],
    });
    expect(still.status).toBe(200);
    expect((await fixture.api.get(path)).status).toBe(404);
  });

  it('empties a collection by selector', async () => {
    await fixture.make('secrets', { metadata: { name: 'marked', labels: { sweep: 'yes' } } });
    await fixture.make('secrets', { metadata: { name: 'unmarked' } });

    await fixture.api.remove(`${fixture.at('secrets')}?labelSelector=sweep%3Dyes`);

    await fixture.gone('secrets', 'marked');
    expect((await fixture.api.get(fixture.at('secrets', 'unmarked'))).status).toBe(200);
  });

  describe('of claims', () => {
    const claim = (name: string): Wire => ({
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const using = (name: string, claimName: string, nodeName?: string): Wire =>
      pod(name, {
        spec: {
          ...maybe('nodeName', nodeName),
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
        },
      });

    it('waits for the pods on nodes that use them', async () => {
      const { metadata } = await fixture.make('persistentvolumeclaims', claim('used'));
      await fixture.make('pods', using('user', 'used', 'nobody-runs-this-node'));
      await fixture.make('pods', using('waiter', 'used'));

      const { body } = await fixture.api.remove(fixture.at('persistentvolumeclaims', 'used'));
      await fixture.make('persistentvolumeclaims', claim('sentinel'));
      await fixture.api.remove(fixture.at('persistentvolumeclaims', 'sentinel'));
      await fixture.gone('persistentvolumeclaims', 'sentinel');
      const kept = await fixture.read('persistentvolumeclaims', 'used');
      await fixture.api.remove(fixture.at('pods', 'user'), { gracePeriodSeconds: 0 });

      expect(metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
      expect(body.metadata).toMatchObject({ name: 'used', deletionTimestamp: expect.any(String) });
      expect(kept.metadata.uid).toBe(metadata.uid);
      await fixture.gone('persistentvolumeclaims', 'used');
    });

    it('waits for a pod that has ended too, until that is deleted', async () => {
      await fixture.make('persistentvolumeclaims', claim('left'));
      await fixture.make('pods', using('done', 'left', 'nobody-runs-this-node'));
      await fixture.api.patch(`${fixture.at('pods', 'done')}/status`, 'merge', {
        status: { phase: 'Succeeded' },
      });

      await fixture.api.remove(fixture.at('persistentvolumeclaims', 'left'));
      await fixture.make('persistentvolumeclaims', claim('second-sentinel'));
      await fixture.api.remove(fixture.at('persistentvolumeclaims', 'second-sentinel'));
      await fixture.gone('persistentvolumeclaims', 'second-sentinel');
      const kept = await fixture.api.get(fixture.at('persistentvolumeclaims', 'left'));
      await fixture.api.remove(fixture.at('pods', 'done'));

      expect(kept.status).toBe(200);
      await fixture.gone('persistentvolumeclaims', 'left');
    });
  });

  describe('of owners', () => {
    it('deletes their dependents', async () => {
      const owner = await fixture.make('configmaps', configMap('owner'));
      await fixture.make('secrets', { metadata: { name: 'dependent', ...ownedBy(owner, 'ConfigMap') } });

      await fixture.api.remove(fixture.at('configmaps', 'owner'));

      await fixture.gone('secrets', 'dependent');
    });

    it('leaves a dependent that has another owner', async () => {
      const first = await fixture.make('configmaps', configMap('first-owner'));
      const second = await fixture.make('configmaps', configMap('second-owner'));
      const ownerReferences = [first, second].flatMap((owner) => ownedBy(owner, 'ConfigMap').ownerReferences);
      await fixture.make('secrets', { metadata: { name: 'shared', ownerReferences } });

      await fixture.api.remove(fixture.at('configmaps', 'first-owner'));

      await eventually(async () => {
        const { metadata } = await fixture.read('secrets', 'shared');
        expect(metadata.ownerReferences.map((owner: { name: string }) => owner.name)).toEqual([
          'second-owner',
        ]);
      });
    });

    it('orphans dependents on request', async () => {
      const owner = await fixture.make('configmaps', configMap('leaver'));
      await fixture.make('secrets', { metadata: { name: 'orphan', ...ownedBy(owner, 'ConfigMap') } });

      await fixture.api.remove(fixture.at('configmaps', 'leaver'), { propagationPolicy: 'Orphan' });

      await fixture.gone('configmaps', 'leaver');
      expect((await fixture.read('secrets', 'orphan')).metadata).not.toHaveProperty('ownerReferences');
    });

    it('lets an owner wait for dependents that block it', async () => {
      const owner = await fixture.make('configmaps', configMap('patient'));
      await fixture.make('secrets', {
        metadata: {
          name: 'blocking',
          finalizers: ['example.com/mine'],
          ...ownedBy(owner, 'ConfigMap', { blockOwnerDeletion: true }),
        },
      });

      const { body } = await fixture.api.remove(fixture.at('configmaps', 'patient'), {
        propagationPolicy: 'Foreground',
      });
      await eventually(async () =>
        expect((await fixture.read('secrets', 'blocking')).metadata.deletionTimestamp).toEqual(
          expect.any(String),
        ),
      );
      const waiting = await fixture.api.get(fixture.at('configmaps', 'patient'));
      await fixture.api.patch(fixture.at('secrets', 'blocking'), 'merge', { metadata: { finalizers: null } });

      expect(body.metadata.finalizers).toEqual(['foregroundDeletion']);
      expect(waiting.status).toBe(200);
      await fixture.gone('configmaps', 'patient');
    });

    it('also deletes an object created after its owner was deleted', async () => {
      const owner = await fixture.make('configmaps', configMap('former'));
      await fixture.api.remove(fixture.at('configmaps', 'former'));
      await fixture.gone('configmaps', 'former');

      await fixture.make('secrets', { metadata: { name: 'late', ...ownedBy(owner, 'ConfigMap') } });

      await fixture.gone('secrets', 'late');
    });
  });

  it('of a namespace deletes everything in it and rejects new objects', async () => {
    const other = await Fixture.open(target());
    await other.make('configmaps', configMap('inside', { metadata: { finalizers: ['example.com/mine'] } }));
    const path = `/api/v1/namespaces/${other.namespace}`;

    const { body } = await fixture.api.remove(path);
    const late = await fixture.api.post(other.at('configmaps'), configMap('late'));
    await eventually(async () =>
      expect((await other.read('configmaps', 'inside')).metadata.deletionTimestamp).toBeDefined(),
    );
    await fixture.api.patch(other.at('configmaps', 'inside'), 'merge', { metadata: { finalizers: null } });

    expect(body.status.phase).toBe('Terminating');
    expect(late.body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: expect.stringContaining('because it is being terminated'),
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    });
    await eventually(async () => expect((await fixture.api.get(path)).status).toBe(404));
    await other.api.close();
  });
}
