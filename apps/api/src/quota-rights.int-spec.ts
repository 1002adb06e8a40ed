import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { branch, roleHolders, type Branch, type Holder } from './testing/two-org-units';

jest.setTimeout(60_000);

const quota = (deserved: number) => [{ gpu: { deserved, limit: null, overQuotaWeight: 2 } }];
const DEPARTMENT_ADMINISTRATOR = 2;
const RESEARCH_MANAGER = 5;

let t: ApiUnderTest;
let own: Branch;
let everybody: readonly Holder[];
beforeAll(async () => {
  t = await apiUnderTest();
  own = await branch(t, 'own');
  everybody = await roleHolders(t, own);
}, 120_000);
afterAll(() => t.close());

const holder = (roleId: number, scope: string): string => {
  const found = everybody.find(({ role, scopeType }) => role.id === roleId && scopeType === scope);
  if (found === undefined) throw new Error(`nobody has the role ${roleId} in a ${scope}`);
  return found.token;
};
const put = (orgUnit: 'departments' | 'projects', token: string, body: Json) =>
  t.call('PUT', `/api/v1/org-unit/${orgUnit}/${orgUnit === 'projects' ? own.projectId : own.departmentId}`, {
    body,
    token,
  });
const quotaOf = async (orgUnit: 'departments' | 'projects'): Promise<Json> =>
  (
    await t.call(
      'GET',
      `/api/v1/org-unit/${orgUnit}/${orgUnit === 'projects' ? own.projectId : own.departmentId}`,
    )
  ).body.resources;

describe('the quota of a department', () => {
  it.each(['tenant', 'cluster'])('is set by the administrator of the %s', async (scope) => {
    const deserved = scope === 'tenant' ? 3 : 4;
    const answer = await put('departments', holder(DEPARTMENT_ADMINISTRATOR, scope), {
      resources: quota(deserved),
    });
    expect([answer.status, await quotaOf('departments')]).toEqual([200, quota(deserved)]);
  });

  it.each([
    ['raised', quota(100)],
    ['lowered', quota(1)],
    ['lifted by leaving it out', []],
    ['turned into one of another pool', [{ nodePool: { id: '1' }, gpu: { deserved: 4 } }]],
  ])('is not %s by the administrator of the department', async (_how, resources) => {
    const answer = await put('departments', holder(DEPARTMENT_ADMINISTRATOR, 'department'), { resources });
    expect([answer.status, answer.body.details]).toEqual([
      403,
      'resources: the quota of a department is set by who may update the departments of its cluster; send it unchanged',
    ]);
    expect(await quotaOf('departments')).toEqual(quota(4));
  });

  it('may be sent unchanged', async () => {
    const answer = await put('departments', holder(DEPARTMENT_ADMINISTRATOR, 'department'), {
      resources: quota(4),
    });
    expect([answer.status, answer.body.resources]).toEqual([200, quota(4)]);
  });
});

describe('the quota of a project', () => {
  it('is set by the administrator of its department', async () => {
    const answer = await put('projects', holder(DEPARTMENT_ADMINISTRATOR, 'department'), {
      resources: quota(2),
    });
    expect([answer.status, await quotaOf('projects')]).toEqual([200, quota(2)]);
  });

  it.each([
    ['a department administrator', DEPARTMENT_ADMINISTRATOR],
    ['a research manager', RESEARCH_MANAGER],
  ])('is not set by %s of the project alone, who may change its other fields', async (_who, role) => {
    const token = holder(role, 'project');
    for (const resources of [quota(50), []]) {
      const refused = await put('projects', token, { resources });
      expect([refused.status, refused.body.details]).toEqual([
        403,
        'resources: the quota of a project is set by who may update the projects of its department; send it unchanged',
      ]);
    }
    const changed = await put('projects', token, { resources: quota(2), defaultNodePools: [`pool-${role}`] });
    expect([changed.status, changed.body.defaultNodePools, changed.body.resources]).toEqual([
      200,
      [`pool-${role}`],
      quota(2),
    ]);
  });
});
