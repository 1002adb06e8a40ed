import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { maybe } from '@tessera/kernel';
import { eventually } from '@tessera/testing-services';
import { Client, workload, type Json } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const INFERENCES = '/api/v1/workloads/inferences';
const POLICY = '/api/v2/policy/inferences';
const SMALL = { cpuCoreRequest: 0.1 };
const SAMPLE = join(__dirname, '../../../../libs/contracts/rest/fixtures/create-inference.request.json');

let platform: Platform;
let client: Client;
let kubectl: KubernetesConnection;

/** The local start with the guardrails file that it writes itself, and exposed URLs by Ingress. */
beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded'], {
    TESSERA_EXPOSED_URLS: 'ingress',
    TESSERA_EXPOSED_URLS_BASE: 'https://apps.example',
  });
  client = new Client(() => platform.connection);
  kubectl = connectKubernetes(platform.connection.kubeconfig);
});
afterAll(async () => {
  await kubectl?.close();
  await platform?.remove();
});

const post = (name: string, spec: object) => {
  const body = workload(name, SMALL);
  return client.call('POST', INFERENCES, { ...body, spec: { ...body.spec, ...spec } });
};
const items = async (path: string): Promise<readonly Json[]> =>
  (await kubectl.request<Json>('GET', path)).items;
const podsOf = async (name: string): Promise<readonly Json[]> =>
  (await items('/api/v1/pods')).filter((pod) => pod.metadata.labels?.['tessera.io/workload-name'] === name);
const runs = (id: string): Promise<void> =>
  eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), 60_000);

/** A tenant asks for something, is refused with field and rule, and nothing of it is in the cluster. */
async function expectRefused(name: string, spec: object, rules: readonly (readonly [string, string])[]) {
  const { status, body } = await post(name, spec);
  expect(status).toBe(403);
  for (const [field, rule] of rules)
    expect(body.details).toMatch(
      new RegExp(`${field.replace(/[.[\]]/g, '\\$&')}: .* \\(guardrail ${rule}\\)`),
    );
  expect(await podsOf(name)).toEqual([]);
}

describe('a tenant who wants the node', () => {
  it('gets no privileged pod: root of the node, kernel modules, no seccomp, the control plane', async () => {
    await expectRefused(
      'root',
      {
        storage: { hostPath: [{ path: '/', mountPath: '/host', readOnly: false }] },
        security: { capabilities: ['SYS_ADMIN', 'SYS_MODULE'], seccompProfileType: 'Unconfined' },
        tolerations: [
          { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
        ],
        ports: [{ container: 8000, serviceType: 'NodePort', external: 30_900 }],
      },
      [
        ['spec.storage.hostPath[0].path', 'hostPaths'],
        ['spec.security.capabilities[0]', 'capabilities'],
        ['spec.security.capabilities[1]', 'capabilities'],
        ['spec.security.seccompProfileType', 'seccompProfiles'],
        ['spec.tolerations[0].key', 'controlPlaneTolerations'],
        ['spec.ports[0].serviceType', 'nodePorts'],
      ],
    );
  });

  it('makes no node ask another host: by a probe, or by mounting from it', async () => {
    const httpGet = { host: '169.254.169.254', path: '/latest/meta-data/', port: 80 };
    await expectRefused('probe', { probes: { readiness: { handler: { httpGet } } } }, [
      ['spec.probes.readiness.handler.httpGet.host', 'probeHosts'],
    ]);
    await expectRefused('nfs', { storage: { nfs: [{ server: '10.0.0.1', path: '/', mountPath: '/n' }] } }, [
      ['spec.storage.nfs[0].server', 'nfsServers'],
    ]);
  });

  it('does not get there by a later change either', async () => {
    const { body } = await post('harmless', {});
    const httpGet = { host: '127.0.0.1', port: 10_255 };
    const spec = { probes: { readiness: { handler: { httpGet } } } };
    const { status } = await client.call('PATCH', `${INFERENCES}/${body.workloadId}`, { spec });
    expect(status).toBe(403);
    expect(await client.remove(body.workloadId)).toBe(204);
  });

  it('does not smuggle it through the defaults of a policy', async () => {
    const meta = { scope: 'project', projectId: '1' };
    const hostPath = [{ path: '/', mountPath: '/host' }];
    const put = (body: object) => client.call('PUT', POLICY, { meta, ...body });
    expect((await put({ defaults: { storage: { hostPath } } })).status).toBe(403);
    const { status, body } = await post('after-policy', {});
    expect(status).toBe(200);
    await runs(body.workloadId);
    const [pod] = await podsOf('after-policy');
    expect(JSON.stringify(pod?.spec.volumes ?? [])).not.toContain('hostPath');
    expect(await client.remove(body.workloadId)).toBe(204);
  });
});

describe('the pods of a tenant', () => {
  it('begin without a token, without capabilities to spare, and gain no rights', async () => {
    const project = { name: 'walled', clusterId: workload('any', SMALL).clusterId, resources: [] };
    const { body: made } = await client.call('POST', '/api/v1/org-unit/projects', project);
    const { body } = await client.call('POST', INFERENCES, {
      ...workload('plain', SMALL),
      projectId: made.id,
    });
    await runs(body.workloadId);
    const [pod] = await podsOf('plain');
    expect(pod?.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    });
    const { namespace } = pod?.metadata ?? {};
    const { metadata } = await kubectl.request<Json>('GET', `/api/v1/namespaces/${namespace}`);
    expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'baseline' });
    const policies = await items(`/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`);
    const [policy] = policies.filter((one) => one.metadata.name === 'tessera-project');
    expect(policy?.spec).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(JSON.stringify(policy?.spec.egress)).toContain('169.254.169.254/32');
    expect(await client.remove(body.workloadId)).toBe(204);
  });

  it('of the sample of the reference still run on the local start, with a load balancer, CHOWN and KILL', async () => {
    const { status, body } = await client.call('POST', INFERENCES, JSON.parse(readFileSync(SAMPLE, 'utf8')));
    expect(status).toBe(200);
    await eventually(async () => expect(await podsOf(body.name)).toHaveLength(1), 60_000);
    const [pod] = await podsOf(body.name);
    expect(pod?.spec.containers[0].securityContext.capabilities).toEqual({
      drop: ['ALL'],
      add: ['CHOWN', 'KILL'],
    });
    await eventually(async () => {
      const services = await items(`/api/v1/namespaces/${pod?.metadata.namespace}/services`);
      expect(services.map(({ spec }) => spec.type)).toContain('LoadBalancer');
    }, 30_000);
    expect(await client.remove(body.workloadId)).toBe(204);
  });
});

describe('what an administrator opens for one project', () => {
  it('reaches the pods and the namespace of that project, nobody else, and goes when it is taken back', async () => {
    const { clusterId } = workload('any', SMALL);
    const made = await client.call('POST', '/api/v1/org-unit/projects', {
      name: 'opened',
      clusterId,
      resources: [],
    });
    const projectId: string = made.body.id;
    const put = (guardrails: object | null) =>
      client.call('PUT', POLICY, { meta: { scope: 'project', projectId }, guardrails });
    const levelOf = async (): Promise<string> =>
      (await kubectl.request<Json>('GET', '/api/v1/namespaces/runai-opened')).metadata.labels[
        'pod-security.kubernetes.io/enforce'
      ];
    const storage = { hostPath: [{ path: '/models', mountPath: '/models' }] };
    const ask = (name: string) => {
      const body = workload(name, SMALL, { storage });
      return client.call('POST', INFERENCES, { ...body, projectId });
    };
    expect((await put({ rules: { hostPaths: ['/models'] } })).status).toBe(200);
    const { status, body } = await ask('with-models');
    expect(status).toBe(200);
    await runs(body.workloadId);
    const [pod] = await podsOf('with-models');
    expect(JSON.stringify(pod?.spec.volumes)).toContain('/models');
    await eventually(async () => expect(await levelOf()).toBe('privileged'), 30_000);
    await expectRefused('elsewhere', { storage }, [['spec.storage.hostPath[0].path', 'hostPaths']]);
    expect(await client.remove(body.workloadId)).toBe(204);
    expect((await put(null)).status).toBe(200);
    expect((await ask('too-late')).status).toBe(403);
    await eventually(async () => expect(await levelOf()).toBe('baseline'), 30_000);
  });
});

describe('a tenant who wants the address of somebody else', () => {
  const exposed = (url?: string) => ({
    exposedUrls: [{ container: 8000, ...maybe('url', url) }],
  });

  it('gets neither the host of the platform nor one outside of the base', async () => {
    for (const url of [
      `${platform.connection.api}/api/v1/token`,
      'https://bank.example',
      'https://apps.example',
    ])
      await expectRefused('phish', exposed(url), [['spec.exposedUrls[0].url', 'exposedHosts']]);
  });

  it('takes no host of another workload with another scheme, another port or its generated name', async () => {
    const { status, body } = await post('owner', exposed('https://notes.apps.example/a'));
    expect(status).toBe(200);
    expect((await post('other-scheme', exposed('http://notes.apps.example/a'))).status).toBe(409);
    expect((await post('other-path', exposed('https://NOTES.apps.example.:444/b'))).status).toBe(409);
    const generated = await post('generated', exposed());
    const hostOf = async (name: string): Promise<string> => {
      const routes = await items('/apis/networking.k8s.io/v1/ingresses');
      const own = routes.find(({ metadata }) => metadata.labels?.['tessera.io/workload-name'] === name);
      return own?.spec.rules[0].host ?? '';
    };
    await eventually(
      async () => expect(await hostOf('generated')).toMatch(/^generated-project-1-\w{6}\.apps\.example$/),
      30_000,
    );
    expect((await post('thief', exposed(`http://${await hostOf('generated')}/`))).status).toBe(409);
    for (const { workloadId } of [body, generated.body]) expect(await client.remove(workloadId)).toBe(204);
  });

  it('gets no host that names of two projects run together to', async () => {
    const clusterId = workload('any', SMALL).clusterId;
    const idOf = async (name: string): Promise<string> =>
      (await client.call('POST', '/api/v1/org-unit/projects', { name, clusterId, resources: [] })).body.id;
    const made = [
      { ...workload('chat', SMALL), projectId: await idOf('team-a') },
      { ...workload('chat-team', SMALL), projectId: await idOf('a') },
    ];
    for (const body of made)
      expect(
        (await client.call('POST', INFERENCES, { ...body, spec: { ...body.spec, ...exposed() } })).status,
      ).toBe(200);
    await eventually(async () => {
      const routes = await items('/apis/networking.k8s.io/v1/ingresses');
      const hosts = routes
        .map(({ spec }) => spec.rules[0].host as string)
        .filter((host) => host.startsWith('chat-team-a-'));
      expect(new Set(hosts).size).toBe(2);
    }, 30_000);
  });
});
