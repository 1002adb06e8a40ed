import type { InferenceSpec } from '../spec';
import {
  DEFAULT_GUARDRAILS,
  GUARDRAIL_PRESETS,
  podSecurityLevel,
  withOverrides,
  type GuardrailName,
  type Guardrails,
} from './guardrails';
import { MOST_REFUSALS, namespaceOutside, refusals } from './refusals';

const HOSTS = {
  base: 'apps.example',
  reserved: ['api.apps.example', 'gateway.example'],
  servingDomain: 'models.example',
};

const refused = (
  spec: InferenceSpec,
  rules: Guardrails = DEFAULT_GUARDRAILS,
): readonly (readonly [rule: GuardrailName, field: string])[] =>
  refusals(spec, { rules, hosts: HOSTS }).map(({ rule, field }) => [rule, field]);
const probe = (host: string): InferenceSpec => ({
  probes: { readiness: { handler: { httpGet: { host, port: 80 } } } },
});
const url = (text: string): InferenceSpec => ({ exposedUrls: [{ container: 80, url: text }] });

/** Fields that take hold of something beyond the pod, each with the rule that is to refuse it by default. */
const DANGEROUS: readonly (readonly [
  what: string,
  spec: InferenceSpec,
  rule: GuardrailName,
  field: string,
])[] = [
  [
    'the root of the node',
    { storage: { hostPath: [{ path: '/', mountPath: '/host' }] } },
    'hostPaths',
    'spec.storage.hostPath[0].path',
  ],
  [
    'a path of the node behind a null',
    { storage: { hostPath: [null, { path: '/etc', mountPath: '/e' }] } },
    'hostPaths',
    'spec.storage.hostPath[1].path',
  ],
  [
    'a capability of the kernel',
    { security: { capabilities: ['CHOWN', 'SYS_ADMIN'] } },
    'capabilities',
    'spec.security.capabilities[1]',
  ],
  [
    'raw sockets',
    { security: { capabilities: ['NET_RAW'] } },
    'capabilities',
    'spec.security.capabilities[0]',
  ],
  [
    'no seccomp profile',
    { security: { seccompProfileType: 'Unconfined' } },
    'seccompProfiles',
    'spec.security.seccompProfileType',
  ],
  [
    'the control plane',
    { tolerations: [{ operator: 'Exists', key: 'node-role.kubernetes.io/control-plane' }] },
    'controlPlaneTolerations',
    'spec.tolerations[0].key',
  ],
  [
    'the control plane by its old name',
    { tolerations: [{ operator: 'Equal', key: 'node-role.kubernetes.io/master', value: '' }] },
    'controlPlaneTolerations',
    'spec.tolerations[0].key',
  ],
  [
    'every taint',
    { tolerations: [{ operator: 'Exists' }] },
    'controlPlaneTolerations',
    'spec.tolerations[0].key',
  ],
  [
    'every taint, by an empty key',
    { tolerations: [{ operator: 'Exists', key: '' }] },
    'controlPlaneTolerations',
    'spec.tolerations[0].key',
  ],
  [
    'a port of the nodes',
    { ports: [{ container: 80, serviceType: 'NodePort' }] },
    'nodePorts',
    'spec.ports[0].serviceType',
  ],
  [
    'a load balancer',
    { ports: [{ container: 80, serviceType: 'LoadBalancer' }] },
    'loadBalancers',
    'spec.ports[0].serviceType',
  ],
  [
    'the metadata service, asked by the node',
    probe('169.254.169.254'),
    'probeHosts',
    'spec.probes.readiness.handler.httpGet.host',
  ],
  [
    'the node itself, asked by the node',
    probe('localhost'),
    'probeHosts',
    'spec.probes.readiness.handler.httpGet.host',
  ],
  [
    'a server, mounted by the node',
    { storage: { nfs: [{ server: '10.0.0.1', path: '/', mountPath: '/n' }] } },
    'nfsServers',
    'spec.storage.nfs[0].server',
  ],
  [
    'the host of the API',
    url('https://api.apps.example/api/v1/token'),
    'exposedHosts',
    'spec.exposedUrls[0].url',
  ],
  [
    'the host of the API with a dot at its end',
    url('https://API.apps.example./'),
    'exposedHosts',
    'spec.exposedUrls[0].url',
  ],
  [
    'the host of the gateway, for an endpoint',
    { servingPort: { container: 80, exposedUrl: 'http://gateway.example:81' } },
    'exposedHosts',
    'spec.servingPort.exposedUrl',
  ],
  ['a host of somebody else', url('https://bank.example'), 'exposedHosts', 'spec.exposedUrls[0].url'],
  [
    'a host that ends like the base',
    url('https://evilapps.example'),
    'exposedHosts',
    'spec.exposedUrls[0].url',
  ],
  ['the base itself', url('https://apps.example'), 'exposedHosts', 'spec.exposedUrls[0].url'],
  ['every host below the base', url('https://*.apps.example'), 'exposedHosts', 'spec.exposedUrls[0].url'],
  ['text that is no URL', url('apps.example'), 'exposedHosts', 'spec.exposedUrls[0].url'],
];

describe('the default guardrails', () => {
  it.each(DANGEROUS)('refuses %s by its field and the name of the rule', (_what, spec, rule, field) => {
    expect(refused(spec)).toEqual([[rule, field]]);
  });

  it('lets an ordinary request pass, and one that asks what containers usually have', () => {
    expect(
      refused({
        image: 'python:3.8',
        priorityClass: 'inference',
        tolerations: [{ operator: 'Exists', key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
        ports: [{ container: 80, serviceType: 'ClusterIP' }],
        security: {
          capabilities: ['CHOWN', 'KILL'],
          seccompProfileType: 'RuntimeDefault',
          runAsNonRoot: false,
        },
        exposedUrls: [{ container: 80 }, { container: 81, url: 'https://team.notes.APPS.example/x' }],
        ...probe(''),
      }),
    ).toEqual([]);
  });

  it('skips defaults that a request excludes', () => {
    expect(refused({ storage: { hostPath: [{ path: '/', mountPath: '/h', exclude: true }] } })).toEqual([]);
  });

  it('reports all refused fields at once, and never more than a hundred', () => {
    const [hostPath, server] = [
      { path: '/', mountPath: '/h' },
      { server: 'a', path: '/', mountPath: '/n' },
    ];
    expect(refused({ storage: { hostPath: [hostPath, hostPath], nfs: [server] } })).toHaveLength(3);
    expect(refused({ storage: { hostPath: Array(5000).fill(hostPath) } })).toHaveLength(MOST_REFUSALS);
  });
});

describe('the preset privileged', () => {
  it.each(DANGEROUS.filter(([, , rule]) => rule !== 'exposedHosts'))('lets pass %s', (_what, spec) => {
    expect(refused(spec, GUARDRAIL_PRESETS.privileged)).toEqual([]);
  });

  it('opens every host of a URL but those of the platform', () => {
    expect(refused(url('https://bank.example'), GUARDRAIL_PRESETS.privileged)).toEqual([]);
    expect(refused(url('https://api.apps.example'), GUARDRAIL_PRESETS.privileged)).toHaveLength(1);
    expect(refused(url('https://chat.models.example'), GUARDRAIL_PRESETS.privileged)).toHaveLength(1);
    expect(refused(url('https://mymodels.example'), GUARDRAIL_PRESETS.privileged)).toEqual([]);
  });
});

describe('the preset restricted', () => {
  const { restricted } = GUARDRAIL_PRESETS;
  it('refuses every capability but one, and root', () => {
    expect(
      refused({ security: { capabilities: ['NET_BIND_SERVICE'], runAsNonRoot: true } }, restricted),
    ).toEqual([]);
    expect(
      refused(
        { security: { capabilities: ['CHOWN'], runAsNonRoot: false, uidGidSource: 'custom', runAsUid: 0 } },
        restricted,
      ),
    ).toEqual([
      ['capabilities', 'spec.security.capabilities[0]'],
      ['runAsNonRoot', 'spec.security.runAsNonRoot'],
      ['runAsNonRoot', 'spec.security.runAsUid'],
    ]);
  });
});

describe('a list of the operator', () => {
  const rules = (given: Partial<Guardrails>): Guardrails =>
    withOverrides(DEFAULT_GUARDRAILS, { rules: given });
  const allowed = (spec: InferenceSpec, given: Partial<Guardrails>): boolean =>
    refused(spec, rules(given)).length === 0;
  const path = (text: string): InferenceSpec => ({
    storage: { hostPath: [{ path: text, mountPath: '/m' }] },
  });

  it.each([
    ['/data', true],
    ['/data/', true],
    ['//data/./models', true],
    ['/database', false],
    ['/', false],
    ['', false],
  ])('of paths allows %s: %s', (text, expected) => {
    expect(allowed(path(text), { hostPaths: ['/data'] })).toBe(expected);
  });

  it.each([
    ['nfs.example', true],
    ['NFS.example.', true],
    ['a.store.example', true],
    ['store.example', false],
    ['evilstore.example', false],
  ])('of servers allows %s: %s', (server, expected) => {
    const spec = { storage: { nfs: [{ server, path: '/', mountPath: '/n' }] } };
    expect(allowed(spec, { nfsServers: ['nfs.example', '*.store.example'] })).toBe(expected);
  });

  it.each([
    ['ghcr.io/team/model:1', true],
    ['GHCR.io/team/a/b@sha256:00', true],
    ['ghcr.io/teammate/model', false],
    ['ghcr.io/team', true],
    ['docker.io/nginx', false],
    ['nginx', true],
    ['nginx:1.27', true],
    ['index.docker.io/library/nginx', true],
    ['evil/nginx', false],
    ['registry.example:5000/x:2', true],
    ['registry.example/x', false],
    ['ghcr.io.evil.example/team/model', false],
  ])('of registries allows %s: %s', (image, expected) => {
    const imageRegistries = ['ghcr.io/team', 'docker.io/library', 'registry.example:5000'];
    expect(allowed({ image }, { imageRegistries })).toBe(expected);
  });

  it('of priority classes and of hosts allows what stands there', () => {
    expect(allowed({ priorityClass: 'low' }, { priorityClasses: ['low', 'medium*'] })).toBe(true);
    expect(allowed({ priorityClass: 'medium-high' }, { priorityClasses: ['low', 'medium*'] })).toBe(true);
    expect(allowed({ priorityClass: 'very-high' }, { priorityClasses: ['low', 'medium*'] })).toBe(false);
    expect(allowed(url('https://shop.example/'), { exposedHosts: ['shop.example'] })).toBe(true);
    expect(allowed(probe('health.example'), { probeHosts: ['*.example'] })).toBe(true);
  });

  it('of namespaces holds for new projects', () => {
    const { namespaces: _all, ...others } = DEFAULT_GUARDRAILS;
    const some = { ...others, namespaces: ['team-*'] };
    expect(namespaceOutside('team-a', some)).toBeUndefined();
    expect(namespaceOutside('kube-system', some)).toMatchObject({
      rule: 'namespaces',
      field: 'requestedNamespace',
    });
  });
});

describe('guardrail overrides of a project', () => {
  it('leaves the others as they are, unless it begins with a preset', () => {
    const base = withOverrides(DEFAULT_GUARDRAILS, { rules: { loadBalancers: 'allowed' } });
    expect(withOverrides(base, { rules: { nodePorts: 'allowed' } })).toEqual({
      ...DEFAULT_GUARDRAILS,
      loadBalancers: 'allowed',
      nodePorts: 'allowed',
    });
    expect(withOverrides(base, { preset: 'restricted' })).toEqual(GUARDRAIL_PRESETS.restricted);
    expect(withOverrides(base, undefined)).toEqual(base);
  });
});

describe('the level of Pod Security', () => {
  it('of each preset is that of its name', () => {
    for (const [name, rules] of Object.entries(GUARDRAIL_PRESETS)) expect(podSecurityLevel(rules)).toBe(name);
  });

  it.each<[Partial<Guardrails>, string]>([
    [{ hostPaths: ['/data'] }, 'privileged'],
    [{ capabilities: ['NET_RAW'] }, 'privileged'],
    [{ seccompProfiles: ['Unconfined'] }, 'privileged'],
    [{ loadBalancers: 'allowed', nodePorts: 'allowed', probeHosts: ['*'] }, 'baseline'],
    [{ capabilities: [] }, 'baseline'],
    [{ capabilities: [], runAsNonRoot: 'required' }, 'restricted'],
    [{ capabilities: [], runAsNonRoot: 'required', nfsServers: ['a.example'] }, 'baseline'],
  ])('with %j is %s', (rules, level) => {
    expect(podSecurityLevel(withOverrides(DEFAULT_GUARDRAILS, { rules }))).toBe(level);
  });
});
