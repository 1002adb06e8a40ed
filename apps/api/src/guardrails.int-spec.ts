import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maybe } from '@tessera/kernel';
import { apiUnderTest, type Answered, type ApiUnderTest, type Json } from './testing/api-under-test';
import { sampleRequest, smallRequest } from './testing/samples';
import { branch, roleHolders, type Branch, type Holder } from './testing/two-org-units';

const INFERENCES = '/api/v1/workloads/inferences';
const POLICY = '/api/v2/policy/inferences';
const HOST_PATH = { storage: { hostPath: [{ path: '/', mountPath: '/host' }] } };
const REFUSED =
  'spec.storage.hostPath[0].path: this path of the node must not be mounted; allowed: none (guardrail hostPaths)';

const create = (t: ApiUnderTest, name: string, spec: object, more: object = {}): Promise<Answered> =>
  t.call('POST', INFERENCES, { body: smallRequest(name, more, spec) });
const fileOf = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'guardrails-')), 'guardrails.yaml');
  writeFileSync(file, text);
  return file;
};

describe('without a guardrails file', () => {
  let t: ApiUnderTest;
  beforeAll(
    async () =>
      void (t = await apiUnderTest({
        TESSERA_GUARDRAILS_FILE: '',
        TESSERA_EXPOSED_URLS_BASE: 'https://apps.example',
      })),
  );
  afterAll(() => t.close());

  it('a dangerous field is 403 with its path and the name of the rule when a workload is created', async () => {
    const answer = await create(t, 'root', HOST_PATH);
    expect([answer.status, answer.body.code, answer.body.details]).toEqual([403, 403, REFUSED]);
    expect((await t.call('GET', `/api/v1/workloads?filterBy=name==root`)).body.workloads).toEqual([]);
  });

  it('all refused fields of a request are reported at once, two for the reference sample', async () => {
    const { status, body } = await t.call('POST', INFERENCES, { body: sampleRequest() });
    expect(status).toBe(403);
    const rules = body.details.match(/guardrail \w+/g);
    expect(rules).toEqual(['guardrail loadBalancers', 'guardrail probeHosts']);
  });

  it('a malformed request is 400 before guardrails apply', async () => {
    const answer = await create(t, 'Not-A-Name', HOST_PATH);
    expect(answer.status).toBe(400);
    expect(answer.body.details).not.toContain('guardrail');
  });

  it('updates and what-if requests are checked against the same rules', async () => {
    const { body: workload } = await create(t, 'plain', {});
    const path = `${INFERENCES}/${workload.workloadId}`;
    const handler = { httpGet: { host: '169.254.169.254', port: 80 } };
    const patched = await t.call('PATCH', path, { body: { spec: { probes: { readiness: { handler } } } } });
    expect([patched.status, patched.body.details]).toEqual([
      403,
      'spec.probes.readiness.handler.httpGet.host: the node would probe 169.254.169.254 instead of the pod; leave the host out; allowed: none (guardrail probeHosts)',
    ]);
    expect((await t.call('GET', path)).body.spec.probes).toBeUndefined();
    const asked = await t.call('POST', '/api/v1/tessera/placement:simulate', {
      body: smallRequest('what-if', {}, HOST_PATH),
    });
    expect([asked.status, asked.body.details]).toEqual([403, REFUSED]);
  });

  it('the host of the API and a host of another project cannot be exposed', async () => {
    const api = new URL('http://127.0.0.1:8080').hostname;
    for (const url of [`https://${api}/api/v1/token`, 'https://bank.example'])
      expect((await create(t, 'urls', { exposedUrls: [{ container: 80, url }] })).body.details).toContain(
        'spec.exposedUrls[0].url: ',
      );
    expect(
      (await create(t, 'urls', { exposedUrls: [{ container: 80, url: 'https://a.apps.example' }] })).status,
    ).toBe(200);
  });
});

describe('a guardrails file', () => {
  it('is rejected at startup with every problem in it', async () => {
    const file = fileOf(
      'preset: strict\nrules: {hostPath: [/], probeHosts: ["a b"]}\nnetwork: {egress: shut}\n',
    );
    const problems = await apiUnderTest({ TESSERA_GUARDRAILS_FILE: file }).catch(String);
    for (const path of ['preset', 'rules', 'rules.probeHosts.0', 'network.egress'])
      expect(problems).toContain(`TESSERA_GUARDRAILS_FILE=${file}: ${path}: `);
  });

  it('allows what it names, and restricts namespaces', async () => {
    const t = await apiUnderTest({
      TESSERA_GUARDRAILS_FILE: fileOf(
        'rules:\n  hostPaths: [/data]\n  imageRegistries: [ghcr.io/team]\n  namespaces: [team-*, runai-*]\n',
      ),
    });
    const data = {
      image: 'ghcr.io/team/model:1',
      storage: { hostPath: [{ path: '/data/x', mountPath: '/d' }] },
    };
    expect((await create(t, 'data', data)).status).toBe(200);
    expect((await create(t, 'other', { image: 'evil.example/model:1' })).body.details).toContain(
      'spec.image: images must come from these registries: ghcr.io/team (guardrail imageRegistries)',
    );
    const project = (requestedNamespace: string): Promise<Answered> =>
      t.call('POST', '/api/v1/org-unit/projects', {
        body: { name: 'some', clusterId: smallRequest('x').clusterId, resources: [], requestedNamespace },
      });
    const refused = await project('finance');
    expect([refused.status, refused.body.details]).toEqual([
      403,
      'requestedNamespace: projects must not use the namespace finance; allowed: team-*, runai-* (guardrail namespaces)',
    ]);
    expect((await project('team-b')).status).toBe(201);
    await t.close();
  });
});

describe('guardrails of one project', () => {
  let t: ApiUnderTest;
  let own: Branch;
  let everybody: readonly Holder[];
  beforeAll(async () => {
    t = await apiUnderTest({ TESSERA_GUARDRAILS_FILE: '' });
    own = await branch(t, 'own');
    everybody = await roleHolders(t, own);
  }, 60_000);
  afterAll(() => t.close());

  const put = (body: object, token?: string): Promise<Answered> =>
    t.call('PUT', POLICY, {
      body: { meta: { scope: 'project', projectId: own.projectId }, ...body },
      ...maybe('token', token),
    });
  const inOwn = (name: string, spec: object): Promise<Answered> =>
    create(t, name, spec, { projectId: own.projectId, clusterId: own.clusterId });
  const tokenOf = (roleId: number, scopeType: string): string => {
    const found = everybody.find(({ role, scopeType: scope }) => role.id === roleId && scope === scopeType);
    if (found === undefined) throw new Error(`nobody has the role ${roleId} in a ${scopeType}`);
    return found.token;
  };
  const opened: Json = { rules: { hostPaths: ['/'] } };

  it('are set by a tenant administrator and apply to that project alone', async () => {
    const answer = await put({ guardrails: opened });
    expect([answer.status, answer.body.guardrails]).toEqual([200, opened]);
    expect((await inOwn('opened', HOST_PATH)).status).toBe(200);
    expect((await create(t, 'elsewhere', HOST_PATH)).status).toBe(403);
    const read = await t.call('GET', `${POLICY}?projectId=${own.projectId}`);
    expect(read.body.guardrails).toEqual(opened);
  });

  it.each([
    [2, 'department'],
    [4, 'project'],
    [1, 'department'],
    [1, 'cluster'],
    [4, 'department'],
  ])('are neither relaxed nor tightened nor removed by the role %s of a %s', async (roleId, scopeType) => {
    const token = tokenOf(roleId, scopeType);
    await put({ guardrails: opened });
    for (const guardrails of [{ preset: 'privileged' }, { preset: 'restricted' }, {}, null]) {
      const answer = await put({ guardrails }, token);
      expect([answer.status, answer.body.details]).toEqual([
        403,
        'guardrails: leave the field out to change the rest of the policy',
      ]);
    }
    const removed = await t.call('DELETE', `${POLICY}?projectId=${own.projectId}`, { token });
    expect(removed.status).toBe(403);
    const kept = await put({ defaults: { labels: [{ name: 'a', value: 'b' }] } }, token);
    expect([kept.status, kept.body.guardrails]).toEqual([200, opened]);
    expect((await put({ guardrails: opened }, token)).status).toBe(200);
  });

  it('tighten what the platform allows, and are removed by null', async () => {
    await put({ guardrails: { preset: 'restricted', rules: { priorityClasses: ['low'] } } });
    const { body } = await inOwn('closed', {
      priorityClass: 'high',
      security: { capabilities: ['CHOWN'] },
    });
    expect(body.details.match(/guardrail \w+/g)).toEqual([
      'guardrail capabilities',
      'guardrail priorityClasses',
    ]);
    expect((await put({ guardrails: null })).body.guardrails).toBeUndefined();
    expect((await inOwn('closed', { security: { capabilities: ['CHOWN'] } })).status).toBe(200);
  });

  it('are rejected with an unknown rule', async () => {
    const answer = await put({ guardrails: { rules: { hostPath: ['/'] } } });
    expect(answer.status).toBe(400);
    expect(answer.body.details).toContain('guardrails.rules');
  });

  it('apply to the defaults of the policy as well', async () => {
    await put({ guardrails: null });
    const defaults = {
      tolerations: [
        { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
      ],
    };
    const answer = await put({ defaults });
    expect([answer.status, answer.body.details]).toEqual([
      403,
      'defaults.tolerations[0].key: the taint node-role.kubernetes.io/control-plane keeps workloads off the control plane and must not be tolerated (guardrail controlPlaneTolerations)',
    ]);
  });
});
