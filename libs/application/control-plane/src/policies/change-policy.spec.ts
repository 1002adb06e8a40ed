import { DEFAULT_GUARDRAILS } from '@tessera/domain-workload';
import type { Principal } from '../access/access';
import type { ProjectRecord } from '../organisation/project-store';
import { deletePolicy, overwritePolicy, type PolicyDependencies, type PolicyRequest } from './change-policy';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const BEFORE = { name: 'own', defaults: {}, createdAt: 'then', createdBy: 'someone' };
const GUARDRAILS = { rules: { nodePorts: 'allowed' } } as const;

const principal = (scopeType: 'tenant' | 'project'): Principal => ({
  ...{ subjectId: 's', kind: 'user', name: 'somebody', tenantId: 1 },
  grants: [{ roleId: scopeType === 'tenant' ? 1 : 2, scopeType, scopeId: '1' }],
});

/** A project with this policy, and what requests write of it. */
function policies(stored?: Readonly<Record<string, unknown>>) {
  const written: unknown[] = [];
  const dependencies: PolicyDependencies = {
    store: {
      project: async (id) => (id === '1' ? ({ id } as ProjectRecord) : undefined),
      policy: async () => stored,
      setPolicy: async (_id, given) => void written.push(given),
    },
    guardrails: { rules: DEFAULT_GUARDRAILS, hosts: { reserved: [] } },
    specSettings: { gpuMemoryEnforcement: 'none' },
    clock: { now: () => NOW },
    recordLimit: 1_048_588,
  };
  const overwrite = (change: Partial<PolicyRequest>, caller: Principal) =>
    overwritePolicy(
      dependencies,
      { ...{ projectId: '1', name: '', defaults: {}, guardrails: undefined, unsupported: [] }, ...change },
      caller,
    );
  return { overwrite, dependencies, written };
}

describe('a policy', () => {
  it('keeps its name, its creation and its guardrails where the request leaves them out', async () => {
    const t = policies({ ...BEFORE, guardrails: GUARDRAILS });
    const defaults = { image: 'model:1' };
    await t.overwrite({ defaults }, principal('project'));
    const updatedAt = '2026-01-01T00:00:00.000Z';
    expect(t.written).toEqual([
      { ...BEFORE, guardrails: GUARDRAILS, defaults, updatedAt, updatedBy: 'somebody' },
    ]);
  });

  it('gets guardrails, or loses them, only from callers with the right in the whole tenant', async () => {
    const t = policies(BEFORE);
    const refused = await t.overwrite({ guardrails: GUARDRAILS }, principal('project'));
    expect([refused.kind, t.written]).toEqual(['forbidden', []]);
    await t.overwrite({ guardrails: GUARDRAILS }, principal('tenant'));
    expect(t.written).toMatchObject([{ guardrails: GUARDRAILS }]);
    const guarded = policies({ ...BEFORE, guardrails: GUARDRAILS });
    const deleted = await deletePolicy(guarded.dependencies, '1', principal('project'));
    expect([deleted.kind, guarded.written]).toEqual(['forbidden', []]);
    await guarded.overwrite({ guardrails: null }, principal('tenant'));
    expect(guarded.written).toHaveLength(1);
    expect(guarded.written[0]).not.toHaveProperty('guardrails');
  });

  it('has defaults that follow the rules and guardrails of specs', async () => {
    const t = policies();
    const storage = { hostPath: [{ path: '/data', mountPath: '/data' }] };
    expect((await t.overwrite({ defaults: { storage } }, principal('tenant'))).kind).toBe('refused');
    const compute = { gpuDevicesRequest: 1, gpuRequestType: 'portion' };
    expect(await t.overwrite({ defaults: { compute } }, principal('tenant'))).toMatchObject({
      kind: 'invalid',
      violations: [{ field: 'defaults.compute.gpuPortionRequest' }],
    });
    expect(t.written).toEqual([]);
  });

  it('is of a project that exists', async () => {
    const t = policies();
    expect((await t.overwrite({ projectId: '9' }, principal('tenant'))).kind).toBe('invalid');
    expect((await deletePolicy(t.dependencies, '1', principal('tenant'))).kind).toBe('not-found');
  });
});
