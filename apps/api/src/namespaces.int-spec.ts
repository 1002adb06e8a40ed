import { apiUnderTest, type ApiUnderTest } from './testing/api-under-test';

const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';

let t: ApiUnderTest;
beforeAll(async () => {
  t = await apiUnderTest();
});
afterAll(() => t.close());

const createProject = (name: string, requestedNamespace?: string) =>
  t.call('POST', '/api/v1/org-unit/projects', {
    body: { name, clusterId: CLUSTER, resources: [], requestedNamespace },
  });

describe('the namespace that a project asks for', () => {
  it.each(['kube-system', 'kube-node-lease', 'default', 'tessera-reservations', 'gpu-operator'])(
    'is rejected where it is %s, with the field',
    async (namespace) => {
      const { status, body } = await createProject('greedy', namespace);
      expect([status, body.details]).toEqual([400, expect.stringContaining('requestedNamespace')]);
      expect(JSON.stringify(body)).toContain('reserved');
    },
  );

  it('is rejected where it would be generated for another project, which can be created afterwards', async () => {
    const squatter = await createProject('squatter', 'runai-victim');
    expect([squatter.status, squatter.body.details]).toEqual([400, expect.stringContaining('victim')]);
    const victim = await createProject('victim');
    expect([victim.status, victim.body.requestedNamespace]).toEqual([201, 'runai-victim']);
  });

  it('is accepted where it is allowed and no other project has it', async () => {
    expect((await createProject('free', 'language-models')).status).toBe(201);
    expect((await createProject('late', 'language-models')).status).toBe(409);
    expect((await createProject('explicit', 'runai-explicit')).status).toBe(201);
  });
});

describe('the name of a project', () => {
  it('is rejected where its path at the gateway is that of the endpoint for all models', async () => {
    const { status, body } = await createProject('v1');
    expect([status, body.details]).toEqual([400, expect.stringContaining('endpoint for all models')]);
    expect((await createProject('v1-models')).status).toBe(201);
  });
});
