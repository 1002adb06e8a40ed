import type { Grant, ReadWorkload } from '@tessera/application-control-plane';
import { EXAMPLES } from '@tessera/contracts-rest';
import { MODEL_ALIASES, ModelAliasesController } from '../model-aliases/model-aliases.controller';
import { WORKLOAD_READER } from '../providers';
import { RevisionsController } from '../revisions/revisions.controller';
import { AT, pipeline, tokenOf, type Pipeline, type PipelineOptions } from '../testing/pipeline';

const [OWN, FOREIGN, ALIAS] = ['1', '2', '3'].map((last) => `00000000-0000-4000-8000-00000000000${last}`);
const ALIASES = '/api/v1/tessera/model-aliases';
const REVISIONS = '/api/v1/workloads/inferences/revisions';
const ADMINISTRATOR = 1;

const at = (scopeType: Grant['scopeType'], scopeId: string): Grant => ({
  roleId: ADMINISTRATOR,
  scopeType,
  scopeId,
});
const workload = (id: string, projectId: string) =>
  ({
    id,
    name: 'chat',
    generation: 1,
    phase: 'Running',
    project: { tenantId: 1, clusterId: OWN, departmentId: '2', id: projectId },
    observed: { readyReplicas: 1 },
  }) as unknown as ReadWorkload;

/** Reads of aliases fail, and those of revisions find them. */
const aliases = {
  provide: MODEL_ALIASES,
  useValue: { aliases: { alias: () => Promise.reject(new Error('planted: the disk is full')) } },
};
const reader = {
  provide: WORKLOAD_READER,
  useValue: {
    revision: async (id: string) => ({
      id,
      workloadId: id,
      generation: 1,
      createdAt: '',
      spec: { image: 'm' },
    }),
  },
};

let api: Pipeline;
const start = async (more: Partial<PipelineOptions> = {}): Promise<void> => {
  api = await pipeline({
    controllers: [ModelAliasesController, RevisionsController],
    providers: [aliases, reader],
    grants: { tenant: [at('tenant', '1')], member: [at('project', 'own')], nobody: [] },
    workloads: [workload(OWN as string, 'own'), workload(FOREIGN as string, 'other')],
    ...more,
  });
};
afterEach(() => api.close());

const call = async (method: 'GET' | 'POST', url: string, authorization?: string, payload?: object) => {
  const headers = authorization === undefined ? {} : { authorization };
  const request = payload === undefined ? { method, url, headers } : { method, url, headers, payload };
  const { statusCode: status, headers: sent, body } = await api.server.inject(request);
  return { status, headers: sent, body: JSON.parse(body) as Record<string, unknown> };
};
const statuses = async (times: number, authorization: string): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let left = times; left > 0; left -= 1)
    found.push((await call('GET', `${REVISIONS}/${OWN}`, authorization)).status);
  return found;
};

describe('the authentication guard', () => {
  it('refuses calls without a token, with an unknown one and of a subject that is gone', async () => {
    await start();
    for (const header of [undefined, 'Bearer other', tokenOf('deleted')]) {
      const { status, headers } = await call('GET', `${REVISIONS}/${OWN}`, header);
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    }
  });

  it('limits invalid tokens of an address, and refuses even a good one that it has not seen', async () => {
    await start({ perMinute: { badTokens: 2 } });
    expect(await statuses(3, 'Bearer other')).toEqual([401, 401, 429]);
    expect(await statuses(1, tokenOf('tenant'))).toEqual([429]);
  });
});

describe('the rate limit guard', () => {
  it('limits each subject for itself, with the time to wait', async () => {
    await start({ perMinute: { calls: 2 } });
    expect(await statuses(3, tokenOf('tenant'))).toEqual([200, 200, 429]);
    expect(await statuses(1, tokenOf('member'))).toEqual([200]);
    const { headers } = await call('GET', `${REVISIONS}/${OWN}`, tokenOf('tenant'));
    expect(headers['retry-after']).toBe('30');
  });
});

describe('the permission guard', () => {
  it.each([
    ['tenant', OWN, 200],
    ['tenant', FOREIGN, 200],
    ['tenant', ALIAS, 404],
    ['member', OWN, 200],
    ['member', FOREIGN, 403],
    ['member', ALIAS, 403],
    ['nobody', OWN, 403],
  ])('answers %s, who reads the revision %s, with %d', async (name, id, expected) => {
    await start();
    const { status } = await call('GET', `${REVISIONS}/${id}`, tokenOf(name));
    expect(status).toBe(expected);
  });

  it('comes before the pipe: without the permission a caller learns nothing of the body', async () => {
    await start();
    const wrong = { name: 5 };
    const { status, body } = await call('POST', ALIASES, tokenOf('nobody'), wrong);
    expect(status).toBe(403);
    expect(JSON.stringify(body)).not.toContain('name');
    expect((await call('POST', ALIASES, tokenOf('tenant'), wrong)).status).toBe(400);
  });
});

describe('the zod pipe', () => {
  it('reports every violation of a body', async () => {
    await start();
    const { status, body } = await call('POST', ALIASES, tokenOf('tenant'), { name: 5, targets: 'chat' });
    expect(status).toBe(400);
    expect(body['details']).toBe('name: must be text; targets: must be a list');
  });

  it('reports parameters of a query that the route does not know', async () => {
    await start();
    const { status, body } = await call('GET', `${ALIASES}/${ALIAS}?verbose=1`, tokenOf('tenant'));
    expect(status).toBe(400);
    expect(body['details']).toBe('verbose: is not a parameter of this route: it takes none');
  });
});

describe('the error filter', () => {
  it('answers an unexpected error with 500 and nothing of it', async () => {
    await start();
    const { status, body } = await call('GET', `${ALIASES}/${ALIAS}`, tokenOf('tenant'));
    expect([status, body]).toEqual([500, { code: 500, message: 'Something went wrong.' }]);
  });

  it('answers an unknown address with 404 and a wrong method with 405', async () => {
    await start();
    expect((await call('GET', '/api/v1/nowhere')).status).toBe(404);
    const { status, headers } = await call('POST', `${ALIASES}/${ALIAS}`);
    expect([status, headers['allow']]).toEqual([405, 'DELETE, GET, PUT']);
  });

  it('names the request in every answer', async () => {
    await start();
    const { headers } = await call('GET', '/api/v1/nowhere');
    expect(headers['x-request-id']).toEqual(expect.any(String));
  });
});

describe('the audit log', () => {
  it('has the calls that guards refuse, with the name of those who were recognised', async () => {
    await start();
    await call('POST', ALIASES, undefined, EXAMPLES.modelAlias);
    await call('POST', ALIASES, tokenOf('nobody'), EXAMPLES.modelAlias);
    const time = new Date(AT).toISOString();
    expect(api.audited.map(({ at, status, caller }) => [at, status, caller.name])).toEqual([
      [time, 401, ''],
      [time, 403, 'nobody'],
    ]);
  });
});
