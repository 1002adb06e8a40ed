import type { Grant, Principal } from '../access/access';
import { updateDepartment } from './departments';
import type { DepartmentRecord } from './department-store';
import type { QuotaResources } from './org-unit';
import type { ProjectRecord } from './project-store';
import { updateProject } from './update-project';

const TENANT_ID = 1;
const DEPARTMENT_ADMINISTRATOR = 2;
const quota = (deserved: number): QuotaResources => [{ nodePool: { name: 'default' }, gpu: { deserved } }];
const STAMPS = { createdAt: '', createdBy: '', updatedAt: '', updatedBy: '' };
const DEPARTMENT: DepartmentRecord = {
  ...{ id: '2', tenantId: TENANT_ID, clusterId: 'c', name: 'd', resources: quota(4) },
  ...STAMPS,
};
const PROJECT = {
  ...{ id: '1', tenantId: TENANT_ID, clusterId: 'c', departmentId: '2', name: 'p', resources: quota(2) },
} as unknown as ProjectRecord;

const principal = (scopeType: Grant['scopeType'], scopeId: string): Principal => ({
  ...{ subjectId: 's', kind: 'user', name: 'somebody', tenantId: TENANT_ID },
  grants: [{ roleId: DEPARTMENT_ADMINISTRATOR, scopeType, scopeId }],
});

describe('the quota of a department', () => {
  const update = async (caller: Principal, resources: QuotaResources) => {
    const changes: QuotaResources[] = [];
    const outcome = await updateDepartment(
      {
        department: async (id) => (id === DEPARTMENT.id ? DEPARTMENT : undefined),
        updateDepartment: async (_id, changed) => {
          changes.push(changed);
          return { ok: true, value: { ...DEPARTMENT, resources: changed } };
        },
      },
      DEPARTMENT.id,
      resources,
      caller,
    );
    return { outcome, changes };
  };

  it('is changed by who may update the departments of its cluster', async () => {
    const { outcome, changes } = await update(principal('cluster', 'c'), quota(5));
    expect([outcome.kind, changes]).toEqual(['done', [quota(5)]]);
  });

  it('is declined to who may update the department alone, and the error names who sets it', async () => {
    const { outcome, changes } = await update(principal('department', '2'), quota(5));
    const details =
      'resources: the quota of a department is set by who may update the departments of its cluster; send it unchanged';
    expect(outcome).toEqual({ kind: 'forbidden', reason: { details } });
    expect(changes).toEqual([]);
  });

  it('may be sent unchanged by them, which changes nothing', async () => {
    const { outcome, changes } = await update(principal('department', '2'), quota(4));
    expect([outcome, changes]).toEqual([{ kind: 'done', value: DEPARTMENT }, []]);
  });
});

describe('a project', () => {
  const update = async (caller: Principal, resources: QuotaResources) => {
    const changes: object[] = [];
    const outcome = await updateProject(
      {
        project: async (id) => (id === PROJECT.id ? PROJECT : undefined),
        updateProject: async (_id, change) => {
          changes.push(change);
          return { ok: true, value: PROJECT };
        },
      },
      PROJECT.id,
      { resources, defaultNodePools: ['a'] },
      caller,
    );
    return { outcome, changes };
  };

  it('keeps its quota where the caller has the right in the project alone', async () => {
    const { changes } = await update(principal('project', '1'), quota(2));
    expect(changes).toEqual([{ defaultNodePools: ['a'], by: 'somebody' }]);
    expect((await update(principal('project', '1'), quota(3))).outcome.kind).toBe('forbidden');
  });

  it('gets another quota from who has the right in its department', async () => {
    const { changes } = await update(principal('department', '2'), quota(3));
    expect(changes).toEqual([{ defaultNodePools: ['a'], resources: quota(3), by: 'somebody' }]);
  });
});
