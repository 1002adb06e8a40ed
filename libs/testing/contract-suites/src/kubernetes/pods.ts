import { pod, Fixture } from './fixture';
import type { KubernetesUnderTest } from './wire';

/** Defaults of pods, mutable fields, and rejected specs. */
export function podExpectations(target: () => KubernetesUnderTest): void {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.open(target());
  });
  afterAll(() => fixture.close());

  it('are filled with defaults', async () => {
    const limits = { cpu: '1', memory: '1Gi' };
    const made = await fixture.make('pods', {
      metadata: { name: 'default' },
      spec: {
        containers: [
          {
            name: 'main',
            image: 'model',
            resources: { limits },
            ports: [{ containerPort: 80 }],
            readinessProbe: { httpGet: { port: 80 } },
          },
        ],
      },
    });

    expect(made.spec).toMatchObject({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      serviceAccountName: 'default',
      schedulerName: 'default-scheduler',
      priority: 0,
      containers: [
        {
          imagePullPolicy: 'Always',
          resources: { limits, requests: limits },
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          readinessProbe: {
            httpGet: { path: '/', port: 80, scheme: 'HTTP' },
            periodSeconds: 10,
            timeoutSeconds: 1,
            failureThreshold: 3,
            successThreshold: 1,
          },
        },
      ],
    });
    expect(made.status.qosClass).toBe('Guaranteed');
  });

  it('are mostly immutable', async () => {
    await fixture.make('pods', pod('fixed'));
    const path = fixture.at('pods', 'fixed');

    const image = await fixture.api.patch(path, 'strategic-merge', {
      spec: { containers: [{ name: 'main', image: 'model:2' }] },
    });
    const command = await fixture.api.patch(path, 'strategic-merge', {
      spec: { containers: [{ name: 'main', command: ['sh'] }] },
    });

    expect(image.body.spec.containers[0].image).toBe('model:2');
    expect(command.body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining(
        'Pod "fixed" is invalid: spec: Forbidden: pod updates may not change fields other than',
      ),
    });
  });

  it('are bound to a node once', async () => {
    await fixture.make('pods', pod('bound'));
    const binding = { metadata: { name: 'bound' }, target: { kind: 'Node', name: 'node-1' } };
    const path = `${fixture.at('pods', 'bound')}/binding`;

    const first = await fixture.api.post(path, binding);
    const second = await fixture.api.post(path, binding);

    expect([first.status, second.status, second.body.reason]).toEqual([201, 409, 'Conflict']);
    expect(await fixture.read('pods', 'bound')).toMatchObject({
      spec: { nodeName: 'node-1' },
      status: {
        conditions: expect.arrayContaining([
          expect.objectContaining({ type: 'PodScheduled', status: 'True' }),
        ]),
      },
    });
  });

  const container = { name: 'main', image: 'model:1' };
  it.each([
    ['no containers', { containers: [] }, 'spec.containers: Required value'],
    ['no image', { containers: [{ name: 'main' }] }, 'spec.containers[0].image: Required value'],
    [
      'two containers of one name',
      { containers: [container, container] },
      'spec.containers[1].name: Duplicate value: "main"',
    ],
    [
      'a mount without its volume',
      { containers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/v' }] }] },
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      'two mounts at one path',
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          {
            ...container,
            volumeMounts: [
              { name: 'v', mountPath: '/v' },
              { name: 'v', mountPath: '/v' },
            ],
          },
        ],
      },
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique',
    ],
    [
      'part of an extended resource',
      { containers: [{ ...container, resources: { limits: { 'vendor.example/foo': '500m' } } }] },
      'must be an integer',
    ],
    [
      'more requested than the limit',
      { containers: [{ ...container, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] },
      'must be less than or equal to cpu limit',
    ],
    [
      'a toleration that mixes Exists with a value',
      { containers: [container], tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
      "value must be empty when `operator` is 'Exists'",
    ],
    [
      'seconds of a toleration without NoExecute',
      {
        containers: [container],
        tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 }],
      },
      "effect must be 'NoExecute' when `tolerationSeconds` is set",
    ],
    [
      'a seccomp profile of the node without its name',
      { containers: [container], securityContext: { seccompProfile: { type: 'Localhost' } } },
      'spec.securityContext.seccompProfile.localhostProfile: Required value',
    ],
    [
      'an unknown restart policy',
      { containers: [container], restartPolicy: 'Sometimes' },
      'spec.restartPolicy: Unsupported value: "Sometimes"',
    ],
  ])('are refused with %s', async (_what, spec, message) => {
    const { body } = await fixture.api.post(fixture.at('pods'), { metadata: { name: 'wrong' }, spec });

    expect(body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: { name: 'wrong', kind: 'Pod' },
      message: expect.stringContaining(message),
    });
  });

  it('are rejected while their runtime class is missing', async () => {
    const named = (name: string) => pod(name, { spec: { runtimeClassName: name } });
    const classes = '/apis/node.k8s.io/v1/runtimeclasses';
    const { namespace: name } = fixture;
    const { body } = await fixture.api.post(fixture.at('pods'), named(name));
    expect(body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: `pods "${name}" is forbidden: pod rejected: RuntimeClass "${name}" not found`,
    });
    expect((await fixture.api.post(classes, { metadata: { name }, handler: 'runc' })).status).toBe(201);
    expect((await fixture.make('pods', named(name))).spec.runtimeClassName).toBe(name);
    await fixture.api.remove(`${classes}/${name}`);
  });

  it('get the overhead of their runtime class', async () => {
    const name = `${fixture.namespace}-overhead`;
    const classes = '/apis/node.k8s.io/v1/runtimeclasses';
    const podFixed = { cpu: '250m', memory: '120Mi' };
    const made = await fixture.api.post(classes, {
      metadata: { name },
      handler: 'kata',
      overhead: { podFixed },
    });
    expect(made.status).toBe(201);
    const { spec } = await fixture.make('pods', pod(name, { spec: { runtimeClassName: name } }));
    expect(spec.overhead).toEqual(podFixed);
    await fixture.api.remove(`${classes}/${name}`);
  });

  describe('in a namespace with a LimitRange', () => {
    const container = (resources: object) => ({
      spec: { containers: [{ name: 'main', image: 'model:1', resources }] },
    });
    beforeAll(() =>
      fixture.make('limitranges', {
        metadata: { name: 'bounds' },
        spec: {
          limits: [
            {
              type: 'Container',
              max: { memory: '2Gi' },
              min: { cpu: '100m' },
              default: { cpu: '2' },
              defaultRequest: { memory: '1Gi' },
            },
          ],
        },
      }),
    );
    afterAll(() => fixture.api.remove(fixture.at('limitranges', 'bounds')));

    it('find its missing defaults filled in', async () => {
      const { spec } = await fixture.read('limitranges', 'bounds');
      expect(spec.limits[0]).toMatchObject({
        default: { cpu: '2', memory: '2Gi' },
        defaultRequest: { cpu: '2', memory: '1Gi' },
      });
    });

    it.each([
      ['nothing', {}, { limits: { cpu: '2', memory: '2Gi' }, requests: { cpu: '2', memory: '1Gi' } }],
      [
        'a request',
        { requests: { cpu: '1' } },
        { limits: { cpu: '2', memory: '2Gi' }, requests: { cpu: '1', memory: '1Gi' } },
      ],
      [
        'a limit',
        { limits: { cpu: '1500m', memory: '512Mi' } },
        { limits: { cpu: '1500m', memory: '512Mi' }, requests: { cpu: '1500m', memory: '512Mi' } },
      ],
    ])('get its defaults where they set %s', async (what, resources, expected) => {
      const made = await fixture.make('pods', pod(`sets-${what.replace(' ', '-')}`, container(resources)));
      expect(made.spec.containers[0].resources).toEqual(expected);
    });

    it('give its defaults to init containers too', async () => {
      const { spec } = container({});
      const initContainers = [{ name: 'first', image: 'model:1' }];
      const made = await fixture.make('pods', pod('init-first', { spec: { ...spec, initContainers } }));
      expect(made.spec.initContainers[0].resources.requests).toEqual({ cpu: '2', memory: '1Gi' });
    });

    it.each([
      [{ limits: { memory: '3Gi' } }, 'maximum memory usage per Container is 2Gi, but limit is 3Gi'],
      [{ requests: { cpu: '50m' } }, 'minimum cpu usage per Container is 100m, but request is 50m'],
    ])('are rejected outside its bounds: %j', async (resources, why) => {
      const { body } = await fixture.api.post(fixture.at('pods'), pod('outside', container(resources)));
      expect(body).toMatchObject({
        code: 403,
        reason: 'Forbidden',
        message: expect.stringContaining(why),
      });
    });
  });
}
