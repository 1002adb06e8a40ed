import { configMap, pod, Fixture } from './fixture';
import type { KubernetesUnderTest } from './wire';

/** Creating, reading and replacing objects, and rejected requests. */
export function objectExpectations(target: () => KubernetesUnderTest): void {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.open(target());
  });
  afterAll(() => fixture.close());

  describe('objects', () => {
    it('gives a new object its identity', async () => {
      const made = await fixture.make('configmaps', {
        metadata: { generateName: 'some-' },
        data: { a: '1' },
      });

      expect(made).toMatchObject({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          name: expect.stringMatching(/^some-[a-z0-9]{5}$/),
          namespace: fixture.namespace,
          uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          resourceVersion: expect.stringMatching(/^\d+$/),
        },
      });
    });

    it('rejects a name that is in use', async () => {
      await fixture.make('configmaps', configMap('taken'));

      const { status, body } = await fixture.api.post(fixture.at('configmaps'), configMap('taken'));

      expect([status, body]).toEqual([
        409,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'configmaps "taken" already exists',
          reason: 'AlreadyExists',
          details: { name: 'taken', kind: 'configmaps' },
          code: 409,
        },
      ]);
    });

    it('names what is not found, also a namespace', async () => {
      const missing = await fixture.api.get(fixture.at('configmaps', 'nowhere'));
      const nowhere = await fixture.api.post(
        '/api/v1/namespaces/no-such-namespace/configmaps',
        configMap('a'),
      );

      expect(missing.body).toMatchObject({
        code: 404,
        reason: 'NotFound',
        message: 'configmaps "nowhere" not found',
        details: { name: 'nowhere', kind: 'configmaps' },
      });
      expect(nowhere.body).toMatchObject({ code: 404, message: 'namespaces "no-such-namespace" not found' });
    });

    it('replaces the version that the writer read, and no other', async () => {
      const first = await fixture.make('configmaps', configMap('contested', { data: { a: '1' } }));
      const second = await fixture.api.put(fixture.at('configmaps', 'contested'), {
        ...first,
        data: { a: '2' },
      });

      const late = await fixture.api.put(fixture.at('configmaps', 'contested'), {
        ...first,
        data: { a: '3' },
      });

      expect(Number(second.body.metadata.resourceVersion)).toBeGreaterThan(
        Number(first.metadata.resourceVersion),
      );
      expect(late.body).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "contested": the object has been modified; please apply your changes to the latest version and try again',
        details: { name: 'contested', kind: 'configmaps' },
      });
      expect((await fixture.read('configmaps', 'contested')).data).toEqual({ a: '2' });
    });

    it('replaces any version when none is given', async () => {
      await fixture.make('configmaps', configMap('careless'));

      const { status, body } = await fixture.api.put(
        fixture.at('configmaps', 'careless'),
        configMap('careless', { data: { b: '1' } }),
      );

      expect([status, body.data]).toEqual([200, { b: '1' }]);
    });

    it('rejects replacing an object with another uid', async () => {
      const made = await fixture.make('configmaps', configMap('reborn'));
      await fixture.api.remove(fixture.at('configmaps', 'reborn'));
      await fixture.make('configmaps', configMap('reborn'));

      const { status, body } = await fixture.api.put(fixture.at('configmaps', 'reborn'), {
        metadata: { name: 'reborn', uid: made.metadata.uid },
      });

      expect([status, body.reason]).toEqual([409, 'Conflict']);
    });

    it('keeps the version when nothing changes', async () => {
      const made = await fixture.make('configmaps', configMap('same', { data: { a: '1' } }));

      const { body } = await fixture.api.put(
        fixture.at('configmaps', 'same'),
        configMap('same', { data: { a: '1' } }),
      );

      expect(body.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    });

    it('needs a version to replace a lease', async () => {
      await fixture.make('leases', { metadata: { name: 'held' }, spec: { holderIdentity: 'me' } });

      const { body } = await fixture.api.put(fixture.at('leases', 'held'), {
        metadata: { name: 'held' },
        spec: { holderIdentity: 'you' },
      });

      expect(body).toMatchObject({
        code: 422,
        reason: 'Invalid',
        message: expect.stringContaining('must be specified for an update'),
      });
    });

    it('counts generations by the spec', async () => {
      const template = {
        metadata: { labels: { app: 'a' } },
        spec: { containers: [{ name: 'main', image: 'model:1' }] },
      };
      const spec = { replicas: 0, selector: { matchLabels: { app: 'a' } }, template };
      const made = await fixture.make('deployments', { metadata: { name: 'counted' }, spec });
      await fixture.api.patch(fixture.at('deployments', 'counted'), 'merge', {
        metadata: { labels: { x: 'y' } },
      });

      const { body } = await fixture.api.patch(fixture.at('deployments', 'counted'), 'merge', {
        spec: { paused: true },
      });

      expect([made.metadata.generation, body.metadata.generation]).toEqual([1, 2]);
    });

    it('stores nothing in a dry run', async () => {
      const { status } = await fixture.api.call('POST', `${fixture.at('configmaps')}?dryRun=All`, {
        body: configMap('dry'),
      });

      expect([status, (await fixture.api.get(fixture.at('configmaps', 'dry'))).status]).toEqual([201, 404]);
    });

    it('moves stringData of a secret into data', async () => {
      const made = await fixture.make('secrets', { metadata: { name: 'plain' }, stringData: { user: 'me' } });

      expect(made).toMatchObject({ type: 'Opaque', data: { user: Buffer.from('me').toString('base64') } });
      expect(made).not.toHaveProperty('stringData');
    });
  });

  describe('status', () => {
    it('belongs to its own path', async () => {
      await fixture.make('pods', pod('reported'));
      const path = fixture.at('pods', 'reported');

      const spoken = await fixture.api.patch(`${path}/status`, 'merge', {
        spec: { nodeName: 'elsewhere' },
        status: { phase: 'Running', podIP: '127.0.0.9' },
      });
      const ignored = await fixture.api.patch(path, 'merge', { status: { phase: 'Failed' } });

      expect(spoken.body).toMatchObject({ status: { phase: 'Running', podIP: '127.0.0.9' } });
      expect(spoken.body.spec).not.toHaveProperty('nodeName');
      expect(ignored.body.status.phase).toBe('Running');
    });

    it('is ignored when a pod is created with one', async () => {
      const made = await fixture.make('pods', { ...pod('boastful'), status: { phase: 'Running' } });

      expect(made.status).toMatchObject({ phase: 'Pending', qosClass: 'BestEffort' });
    });
  });

  describe('names', () => {
    it.each([
      [
        'configmaps',
        { metadata: { name: 'Upper_Case' } },
        'metadata.name: Invalid value: "Upper_Case": a lowercase RFC 1123 subdomain must consist of',
      ],
      [
        'configmaps',
        { metadata: { name: 'a', labels: { k: 'not valid!' } } },
        'metadata.labels: Invalid value: "not valid!": a valid label must be an empty string or consist of',
      ],
      [
        'configmaps',
        { metadata: { name: 'a', labels: { 'a b': '' } } },
        'metadata.labels: Invalid value: "a b": name part must consist of',
      ],
      [
        'configmaps',
        { metadata: { name: 'a', annotations: { 'a b': '' } } },
        'metadata.annotations: Invalid value: "a b": name part must consist of',
      ],
      ['configmaps', { metadata: {} }, 'metadata.name: Required value: name or generateName is required'],
    ])('follow the rules of %s: %j', async (plural, object, message) => {
      const { body } = await fixture.api.post(fixture.at(plural), object);

      expect(body).toMatchObject({ code: 422, message: expect.stringContaining(message) });
    });
  });

  describe('services', () => {
    const service = (name: string, more: object = {}): object => ({
      metadata: { name },
      spec: { ports: [{ port: 80, ...more }], type: 'NodePort' },
    });

    it('have an address and a node port of their own', async () => {
      const first = await fixture.make('services', service('first'));
      const { nodePort } = first.spec.ports[0];

      const taken = await fixture.api.post(fixture.at('services'), service('second', { nodePort }));
      const outside = await fixture.api.post(fixture.at('services'), service('third', { nodePort: 80 }));

      expect(first.spec.clusterIP).toMatch(/^10\./);
      expect(nodePort).toBeGreaterThanOrEqual(30_000);
      expect(taken.body).toMatchObject({
        code: 422,
        message: expect.stringContaining('provided port is already allocated'),
      });
      expect(outside.body).toMatchObject({
        code: 422,
        message: expect.stringContaining('not in the valid range'),
      });
    });

    it('have no address where they are headless, and do not change between the two', async () => {
      const headless = { type: 'ClusterIP', clusterIP: 'None' };
      const spec = { ports: [{ port: 80 }], selector: { app: 'model' } };
      const made = await fixture.make('services', {
        metadata: { name: 'fourth' },
        spec: { ...spec, ...headless },
      });
      await fixture.make('services', { metadata: { name: 'fifth' }, spec });

      const changed = await fixture.api.patch(fixture.at('services', 'fifth'), 'merge', { spec: headless });

      expect(made.spec).toMatchObject({
        clusterIP: 'None',
        clusterIPs: ['None'],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
      });
      expect(changed.body).toMatchObject({ code: 422, reason: 'Invalid' });
    });
  });

  describe('access', () => {
    it('needs a token', async () => {
      const { status, body } = await fixture.api.get('/api/v1/nodes', {
        headers: { authorization: 'Bearer wrong' },
      });

      expect([status, body.reason, body.message]).toEqual([401, 'Unauthorized', 'Unauthorized']);
    });
  });
}
