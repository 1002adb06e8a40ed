import { configMap, pod, Fixture } from './fixture';
import type { KubernetesUnderTest } from './wire';

/** The four kinds of patches. */
export function patchExpectations(target: () => KubernetesUnderTest): void {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.open(target());
  });
  afterAll(() => fixture.close());

  describe('merge patches', () => {
    it('set, nest and remove', async () => {
      await fixture.make('configmaps', configMap('merged', { data: { keep: '1', drop: '2' } }));

      const { body } = await fixture.api.patch(fixture.at('configmaps', 'merged'), 'merge', {
        data: { drop: null, add: '3' },
      });

      expect(body.data).toEqual({ keep: '1', add: '3' });
    });

    it('with a version change only that version', async () => {
      const made = await fixture.make('configmaps', configMap('versioned'));
      await fixture.api.patch(fixture.at('configmaps', 'versioned'), 'merge', { data: { a: '1' } });

      const { status, body } = await fixture.api.patch(fixture.at('configmaps', 'versioned'), 'merge', {
        metadata: { resourceVersion: made.metadata.resourceVersion },
        data: { a: '2' },
      });

      expect([status, body.reason]).toEqual([409, 'Conflict']);
    });

    it('with another uid are rejected', async () => {
      await fixture.make('configmaps', configMap('identified'));

      const { status, body } = await fixture.api.patch(fixture.at('configmaps', 'identified'), 'merge', {
        metadata: { uid: '00000000-0000-4000-8000-000000000000' },
        data: { a: '2' },
      });

      expect([status, body.reason]).toEqual([422, 'Invalid']);
      expect(body.message).toContain('metadata.uid: Invalid value');
    });
  });

  describe('JSON patches', () => {
    it('run their operations in order', async () => {
      await fixture.make('configmaps', configMap('edited', { data: { a: '1' } }));

      const { body } = await fixture.api.patch(fixture.at('configmaps', 'edited'), 'json', [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'replace', path: '/data/a', value: '2' },
        { op: 'add', path: '/metadata/labels', value: { 'example.com/x': 'y' } },
        { op: 'remove', path: '/metadata/labels/example.com~1x' },
      ]);

      expect(body.data).toEqual({ a: '2' });
      expect(body.metadata.labels ?? {}).toEqual({});
    });

    it('change nothing when a test fails', async () => {
      await fixture.make('configmaps', configMap('guarded', { data: { a: '1' } }));

      const { status, body } = await fixture.api.patch(fixture.at('configmaps', 'guarded'), 'json', [
        { op: 'replace', path: '/data/a', value: '2' },
        { op: 'test', path: '/data/a', value: '1' },
      ]);

      expect([status, body.reason]).toEqual([422, 'Invalid']);
      expect((await fixture.read('configmaps', 'guarded')).data).toEqual({ a: '1' });
    });
  });

  describe('strategic merge patches', () => {
    it('match conditions by type', async () => {
      await fixture.make('pods', pod('conditions'));
      const path = `${fixture.at('pods', 'conditions')}/status`;
      await fixture.api.patch(path, 'strategic-merge', {
        status: { conditions: [{ type: 'A', status: 'True' }] },
      });

      const { body } = await fixture.api.patch(path, 'strategic-merge', {
        status: {
          conditions: [
            { type: 'B', status: 'True' },
            { type: 'A', status: 'False' },
          ],
        },
      });

      const states = body.status.conditions.map(
        (item: { type: string; status: string }) => `${item.type}=${item.status}`,
      );
      expect([...states].sort()).toEqual(['A=False', 'B=True']);
    });

    it('match containers, their environment and ports by key, and remove what is marked', async () => {
      const template = {
        metadata: { labels: { app: 'a' } },
        spec: {
          containers: [
            {
              name: 'main',
              image: 'model:1',
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
              ports: [{ containerPort: 80 }],
            },
            { name: 'side', image: 'side:1' },
          ],
        },
      };
      await fixture.make('deployments', {
        metadata: { name: 'lists' },
        spec: { replicas: 0, selector: { matchLabels: { app: 'a' } }, template },
      });

      const { body } = await fixture.api.patch(fixture.at('deployments', 'lists'), 'strategic-merge', {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'main',
                  env: [
                    { name: 'B', value: '3' },
                    { name: 'C', value: '4' },
                    { name: 'A', $patch: 'delete' },
                  ],
                  ports: [{ containerPort: 81 }],
                },
              ],
            },
          },
        },
      });

      const [first, second] = body.spec.template.spec.containers;
      const values = (items: readonly { name: string; value: string }[]) =>
        items.map(({ name, value }) => `${name}=${value}`).sort();
      expect([first.name, first.image, second.name]).toEqual(['main', 'model:1', 'side']);
      expect(values(first.env)).toEqual(['B=3', 'C=4']);
      expect(first.ports.map((port: { containerPort: number }) => port.containerPort).sort()).toEqual([
        80, 81,
      ]);
    });

    it('replace a list of taints as a whole', async () => {
      const name = `${fixture.namespace}-node`;
      await fixture.api.post('/api/v1/nodes', {
        metadata: { name },
        spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] },
      });

      const { body } = await fixture.api.patch(`/api/v1/nodes/${name}`, 'strategic-merge', {
        spec: { taints: [{ key: 'b', effect: 'NoSchedule' }] },
      });
      await fixture.api.remove(`/api/v1/nodes/${name}`);

      expect(body.spec.taints.map((taint: { key: string }) => taint.key)).toContain('b');
      expect(body.spec.taints.map((taint: { key: string }) => taint.key)).not.toContain('a');
    });

    it('merge finalizers', async () => {
      await fixture.make(
        'configmaps',
        configMap('finalized', { metadata: { finalizers: ['example.com/a'] } }),
      );
      const path = fixture.at('configmaps', 'finalized');

      const { body } = await fixture.api.patch(path, 'strategic-merge', {
        metadata: { finalizers: ['example.com/b'] },
      });
      await fixture.api.patch(path, 'merge', { metadata: { finalizers: null } });

      expect([...body.metadata.finalizers].sort()).toEqual(['example.com/a', 'example.com/b']);
    });
  });

  describe('applied configurations', () => {
    const apply = (name: string, manager: string, data: Record<string, string>, force = false) =>
      fixture.api.patch(
        `${fixture.at('configmaps', name)}?fieldManager=${manager}${force ? '&force=true' : ''}`,
        'apply',
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data },
      );

    it('create missing fields, and remove fields that they no longer contain', async () => {
      const created = await apply('applied', 'one', { a: '1', b: '2' });
      const changed = await apply('applied', 'one', { a: '1' });

      expect([created.status, changed.status, changed.body.data]).toEqual([201, 200, { a: '1' }]);
      expect(changed.body.metadata.managedFields).toEqual([
        expect.objectContaining({ manager: 'one', operation: 'Apply', fieldsType: 'FieldsV1' }),
      ]);
    });

    it('of two managers coexist', async () => {
      await apply('common', 'one', { a: '1' });
      await apply('common', 'two', { b: '2' });

      const { body } = await apply('common', 'one', {});

      expect(body.data).toEqual({ b: '2' });
    });

    it('do not take a field from another manager unless forced', async () => {
      await apply('fought', 'one', { a: '1' });

      const refused = await apply('fought', 'two', { a: '2' });
      const forced = await apply('fought', 'two', { a: '2' }, true);

      expect(refused.body).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
        details: {
          causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' }],
        },
      });
      expect(forced.body.data).toEqual({ a: '2' });
    });

    it('require a manager', async () => {
      const { body } = await fixture.api.patch(fixture.at('configmaps', 'nobody'), 'apply', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'nobody' },
      });

      expect(body).toMatchObject({
        code: 422,
        message: expect.stringContaining('fieldManager: Required value: is required for apply patch'),
      });
    });
  });

  it('rejects an unknown kind of patch', async () => {
    await fixture.make('configmaps', configMap('odd'));

    const { status, body } = await fixture.api.call('PATCH', fixture.at('configmaps', 'odd'), {
      body: {},
      type: 'application/odd',
    });

    expect([status, body.reason]).toEqual([415, 'UnsupportedMediaType']);
  });
}
