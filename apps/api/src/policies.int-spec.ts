import { apiUnderTest, type ApiUnderTest } from './testing/api-under-test';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';

let t: ApiUnderTest;
beforeAll(async () => {
  t = await apiUnderTest();
});
afterAll(() => t.close());

describe('the policy of a project', () => {
  const put = (projectId: string, defaults: object) =>
    t.call('PUT', '/api/v2/policy/inferences', { body: { meta: { scope: 'project', projectId }, defaults } });

  it('cannot hold a default that no inference could have', async () => {
    const answer = await put('1', {
      environmentVariables: [{ name: 'ä' }],
      labels: [{ name: 'a', value: 'b c' }],
    });
    expect([answer.status, answer.body.details]).toEqual([
      400,
      'defaults.environmentVariables[0].name: "ä" is not the name of an environment variable; ' +
        'defaults.labels[0].value: "b c" is not a valid value in Kubernetes',
    ]);
  });

  it.each([
    ['rules', { rules: { image: { required: true } } }, 'policy.rules'],
    ['assets', { imposedAssets: ['a'] }, 'policy.imposedAssets'],
    ['an image', { defaults: { image: 'model:1' } }, 'policy.defaults.image'],
    [
      'a GPU',
      { defaults: { compute: { gpuDevicesRequest: 1 } } },
      'policy.defaults.compute.gpuDevicesRequest',
    ],
  ])('is rejected with %s, which would have no effect', async (_what, policy, field) => {
    const body = { meta: { scope: 'project', projectId: 1, name: 'p' }, policy };
    const answer = await t.call('PUT', '/api/v2/policy/inferences', { body });
    const supported = 'environmentVariables, annotations, labels, compute.extendedResources';
    expect([answer.status, answer.body.details]).toEqual([
      400,
      `${field}: only defaults for ${supported} are supported`,
    ]);
  });

  it('accepts the form of the reference, with the empty fields of its clients, and new inferences start from it', async () => {
    const meta = { scope: 'project', projectId: 1, name: 'mine' };
    const defaults = {
      image: null,
      tolerations: { instances: [] },
      environmentVariables: { instances: [{ name: 'MODE', value: 'a' }] },
      compute: {
        gpuDevicesRequest: null,
        extendedResources: { instances: [{ resource: 'x.io/y', quantity: '1' }] },
      },
    };
    const plain = {
      environmentVariables: [{ name: 'MODE', value: 'a' }],
      compute: { extendedResources: [{ resource: 'x.io/y', quantity: '1' }] },
    };
    const path = '/api/v2/policy/inferences';
    const body = { meta, policy: { defaults, rules: null, imposedAssets: [] } };
    expect((await t.call('PUT', path, { body })).status).toBe(200);
    const { body: read } = await t.call('GET', `${path}?scope=project&projectId=1`);
    expect(read.meta).toMatchObject({ ...meta, id: expect.any(String), createdBy: expect.any(String) });
    expect(read.policy.defaults).toEqual({
      environmentVariables: defaults.environmentVariables,
      compute: { extendedResources: defaults.compute.extendedResources },
    });
    expect(read.effective).toEqual(read.policy);
    expect(read.defaults).toEqual(plain);
    const created = await t.call('POST', INFERENCES, { body: smallRequest('defaulted') });
    const [{ value }] = await t.dataSource.query(
      `select value from api.outbox where key = $1 and headers ->> 'ce_type' like '%apply%'`,
      [created.body.workloadId],
    );
    expect(JSON.parse(value).spec).toMatchObject(plain);
    expect((await t.call('DELETE', `${path}?projectId=1`)).status).toBe(204);
    expect((await t.call('GET', `${path}?projectId=1`)).status).toBe(404);
  });

  it('from before the rules puts no reserved name into an inference, and the error names the policy', async () => {
    const path = '/api/v2/policy/inferences';
    const body = {
      meta: { scope: 'project', projectId: '1' },
      defaults: { labels: [{ name: 'a', value: 'b' }] },
    };
    expect((await t.call('PUT', path, { body })).status).toBe(200);
    const labels = [{ name: 'app.kubernetes.io/name', value: 'prometheus' }];
    await t.dataSource.query(
      `update api.projects set inference_policy = jsonb_set(inference_policy::jsonb, '{defaults,labels}', $1::jsonb)::json where id = '1'`,
      [JSON.stringify(labels)],
    );
    const answer = await t.call('POST', INFERENCES, { body: smallRequest('inherits') });
    expect([answer.status, answer.body.details]).toEqual([
      400,
      'spec.labels[0].name: the name "app.kubernetes.io/name" is reserved for Kubernetes; choose a name of your own ' +
        "(from the defaults of the project's policy)",
    ]);
    const without = smallRequest(
      'without',
      {},
      { labels: [{ name: 'app.kubernetes.io/name', exclude: true }] },
    );
    expect((await t.call('POST', INFERENCES, { body: without })).status).toBe(200);
    expect((await t.call('DELETE', `${path}?projectId=1`)).status).toBe(204);
  });

  it('belongs to a project that exists', async () => {
    const answer = await put('77', {});
    expect([answer.status, answer.body.details]).toEqual([400, 'meta.projectId: there is no project 77']);
  });
});
