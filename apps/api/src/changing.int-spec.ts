import { UPDATABLE } from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest } from './testing/api-under-test';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

type Updatable = (typeof UPDATABLE)[number];

/** One change for each field that may be changed. */
const CHANGES: Readonly<Record<Updatable, unknown>> = {
  command: '/bin/serve',
  args: '--port 8000 "two words"',
  image: 'model:2',
  imagePullPolicy: 'Always',
  workingDir: '/srv',
  createHomeDir: true,
  probes: { readiness: { handler: { httpGet: { path: '/health' } }, initialDelaySeconds: 3 } },
  environmentVariables: [{ name: 'LOG_LEVEL', value: 'debug' }],
  autoscaling: { minReplicas: 1, maxReplicas: 3, metric: 'concurrency', metricThreshold: 4 },
  compute: { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.25, cpuCoreRequest: 1 },
  nodePools: ['default'],
  nodeType: 'gpu-node',
  podAffinity: { type: 'Preferred', key: 'kubernetes.io/hostname' },
  category: 'Deploy',
  priorityClass: 'inference',
  nodeAffinityRequired: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
  },
  servingConfiguration: { initializationTimeoutSeconds: 60 },
  imagePullSecrets: [{ name: 'registry-login' }],
  preemptibility: 'non-preemptible',
};

describe('a field that may be changed', () => {
  it.each(UPDATABLE)('%s is accepted, stored and sent to the cluster', async (field) => {
    const name = `changing-${field.toLowerCase()}`;
    const { body } = await t.call('POST', INFERENCES, { body: smallRequest(name) });
    const path = `${INFERENCES}/${body.workloadId}`;
    const change = { [field]: CHANGES[field] };
    const patched = await t.call('PATCH', path, { body: { spec: change } });
    expect([patched.status, patched.body]).toEqual([202, { ...body, spec: { ...body.spec, ...change } }]);
    expect((await t.call('GET', path)).body).toEqual(patched.body);
    const [last]: { value: string }[] = await t.dataSource.query(
      `select value from api.outbox where key = $1 and headers->>'ce_type' = 'io.tessera.inference.apply.v1'
       order by id desc limit 1`,
      [body.workloadId],
    );
    expect(JSON.parse(last?.value ?? '{}')).toMatchObject({ generation: 2, spec: change });
  });

  it('is removed by null', async () => {
    const { body } = await t.call('POST', INFERENCES, {
      body: smallRequest('taken-back', {}, { workingDir: '/srv', nodeType: 'x' }),
    });
    const patched = await t.call('PATCH', `${INFERENCES}/${body.workloadId}`, {
      body: { spec: { workingDir: null } },
    });
    const { workingDir: _gone, ...rest } = body.spec;
    expect([patched.status, patched.body.spec]).toEqual([202, rest]);
  });
});

describe('a change that changes nothing', () => {
  it.each([[''], [{}], [{ spec: null }], [{ spec: {} }], [{ spec: { workingDir: '/srv' } }]])(
    '%j creates no revision and no command',
    async (body) => {
      const { body: made } = await t.call('POST', INFERENCES, {
        body: smallRequest('unchanged', { useGivenNameAsPrefix: true }, { workingDir: '/srv' }),
      });
      const path = `${INFERENCES}/${made.workloadId}`;
      const patched = await t.call('PATCH', path, { body });
      expect([patched.status, patched.body]).toEqual([202, made]);
      expect((await t.call('GET', `${path}/revisions/count`)).body).toEqual({ count: 1 });
      const reported: unknown[] = await t.dataSource.query('select 1 from api.outbox where key = $1', [
        made.workloadId,
      ]);
      expect(reported).toHaveLength(2);
    },
  );
});

const SCALED = { minReplicas: 1, maxReplicas: 3, metric: 'concurrency', metricThreshold: 4 };

describe('schedules of replicas', () => {
  const schedule = { start: '0 9 * * 1-5', end: '0 18 * * 1-5', timeZone: 'Europe/Berlin', minReplicas: 2 };

  it('come back as they were sent, stay with a change that does not name them, and go with null', async () => {
    const autoscaling = { ...SCALED, tessera: { schedules: [schedule] } };
    const made = await t.call('POST', INFERENCES, {
      body: smallRequest('scheduled', { useGivenNameAsPrefix: true }, { autoscaling }),
    });
    expect(made).toMatchObject({ status: 200, body: { spec: { autoscaling } } });
    const path = `${INFERENCES}/${made.body.workloadId}`;
    const change = async (change: object) => {
      const answer = await t.call('PATCH', path, { body: { spec: { autoscaling: change } } });
      return [answer.status, answer.body.spec?.autoscaling ?? answer.body.details];
    };
    expect(await change({ maxReplicas: 5 })).toEqual([202, { ...autoscaling, maxReplicas: 5 }]);
    const wrong = { ...schedule, start: 'at nine' };
    expect(await change({ tessera: { schedules: [schedule, wrong] } })).toEqual([
      400,
      'spec.autoscaling.tessera.schedules[1].start: "at nine" is not a cron expression: ' +
        'it must have five fields: minute, hour, day of the month, month, day of the week',
    ]);
    expect(await change({ tessera: null })).toEqual([202, { ...SCALED, maxReplicas: 5 }]);
  });
});

describe('all violations of a change', () => {
  it.each([
    ['a name', { name: 'x' }, ['name']],
    ['a field that is not in the spec', { image: 'model:2' }, ['image']],
    ['a fixed field and a broken rule', { spec: { labels: [], image: null } }, ['spec.labels', 'spec.image']],
    [
      'a wrong shape, a fixed field and a broken rule',
      { projectId: '2', spec: { image: 5, ports: [], autoscaling: { minReplicas: 0, maxReplicas: 2 } } },
      ['spec.image', 'projectId', 'spec.ports', 'spec.autoscaling.metric'],
    ],
  ])('%s is reported in one response, field by field', async (_what, body, fields) => {
    const { body: made } = await t.call('POST', INFERENCES, {
      body: smallRequest('wrong', { useGivenNameAsPrefix: true }),
    });
    const path = `${INFERENCES}/${made.workloadId}`;
    const refused = await t.call('PATCH', path, { body });
    expect([
      refused.status,
      refused.body.details.split('; ').map((part: string) => part.split(':')[0]),
    ]).toEqual([400, fields]);
    expect((await t.call('GET', path)).body).toEqual(made);
  });
});

describe('a field that may not be changed', () => {
  const FIXED = ['labels', 'annotations', 'storage', 'security', 'servingPort', 'ports', 'exposedUrls'];

  it.each(FIXED)('%s is rejected by its name, and nothing is changed', async (field) => {
    const { body } = await t.call('POST', INFERENCES, {
      body: smallRequest(`fixed-${field.toLowerCase()}`),
    });
    const path = `${INFERENCES}/${body.workloadId}`;
    const refused = await t.call('PATCH', path, {
      body: { spec: { image: 'model:2', [field]: body.spec[field] ?? null } },
    });
    expect([refused.status, refused.body.details]).toEqual([
      400,
      `spec.${field}: cannot be changed after creation`,
    ]);
    expect((await t.call('GET', path)).body).toEqual(body);
  });
});
