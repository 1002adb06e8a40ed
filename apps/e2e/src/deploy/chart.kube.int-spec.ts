import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import {
  clusterCall,
  connectKubernetes,
  PERMISSIONS,
  type KubernetesConnection,
} from '@tessera/adapter-kubernetes';
import { cacheDir } from '@tessera/platform-config';
import {
  describeWithService,
  eventually,
  testKubernetes,
  type TestKubernetes,
} from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { CHART, chartCases, findHelm, helm, rendered } from '@tessera/dev-services/toolchains';

const binary = findHelm(cacheDir()) ?? '';
/** Kinds that come with the Prometheus operator. */
const OF_PROMETHEUS = new Set(['PrometheusRule', 'ServiceMonitor']);

describeWithService('helm', 'what Helm makes of the chart', () => {
  it('lets a scheduler of named namespaces write, read logs and make roles there alone', () => {
    const one = chartCases().find(({ name }) => name === 'cluster-only');
    const all = one === undefined ? [] : documentsOf(rendered(binary, one));
    const rulesOf = (suffix: string) =>
      (
        all.find(
          ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name.endsWith(suffix),
        ) as unknown as {
          readonly rules: readonly {
            readonly resources: readonly string[];
            readonly verbs: readonly string[];
          }[];
        }
      ).rules;
    const writing = rulesOf('-scheduler')
      .filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)))
      .map(({ resources }) => resources.join());
    expect(writing).toEqual(['nodes', 'events']);
    expect(rulesOf('-scheduler').map(({ resources }) => resources.join())).not.toContain('pods/log');
    const roles = rulesOf('-scheduler-projects').map(({ resources }) => resources.join());
    expect(roles).toEqual(expect.arrayContaining(['pods', 'pods/log', 'configmaps']));
    expect(roles.filter((name) => /role|serviceaccount/.test(name))).toEqual([]);
    const bound = all.filter(
      ({ kind, metadata }) => kind === 'RoleBinding' && /-(projects|reservations)$/.test(metadata.name),
    );
    const ofScheduler = bound.filter(({ metadata }) => metadata.name.includes('-scheduler-'));
    expect(ofScheduler.map(({ metadata }) => metadata.namespace).sort()).toEqual([
      'team-a',
      'team-b',
      'tessera-reservations',
    ]);
  });

  it.each(chartCases().map((one) => [one.name, one] as const))(
    '%s is rendered as it stands in the repository; if not: npm run goldens:helm',
    async (_name, one) => {
      expect(rendered(binary, one)).toBe(await readFile(one.golden, 'utf8'));
    },
  );

  it.each(chartCases().map((one) => [one.name, one] as const))('%s passes lint', (_name, { valuesFile }) => {
    expect(helm(binary, ['lint', '--strict', CHART, '--values', valuesFile])).toContain('0 chart(s) failed');
  });

  it.each([
    ['database.url=mysql://x', 'database'],
    ['kafka.brokers={one}', 'kafka'],
    ['placement.policy=tight', 'placement'],
    ['apii.replicas=2', 'apii'],
    ['scheduler.replicas=-1', 'scheduler'],
  ])('refuses %s and names it', (value, named) => {
    const attempt = () => helm(binary, ['template', 'x', CHART, '--set', value]);
    expect(attempt).toThrow(new RegExp(`don't meet the specifications[^]*${named}`));
  });

  it('names what is missing where nothing is set', () => {
    expect(() => helm(binary, ['template', 'x', CHART])).toThrow('database.url is needed, or existingSecret');
  });
});

describeWithService('helm', 'the chart on a cluster', () => {
  describeWithService('kubernetes', 'a real API server', () => onARealApiServer());
});

const NAMESPACE = 'tessera';
const RELEASE = 'tessera';

function onARealApiServer(): void {
  let kubernetes: TestKubernetes;
  let admin: KubernetesConnection;
  let home: string;
  const run = (...args: readonly string[]): string =>
    helm(binary, args, {
      KUBECONFIG: kubernetes.kubeconfigPath,
      ...{ HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home },
    });

  beforeAll(async () => {
    kubernetes = await testKubernetes();
    admin = connectKubernetes(kubernetes.kubeconfigPath);
    home = await mkdtemp(join(tmpdir(), 'tessera-test-helm-'));
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    // Those of projects and of reservation pods are there before a release that may write in these alone.
    for (const name of [NAMESPACE, 'team-a', 'team-b', 'tessera-reservations'])
      await admin.request('POST', '/api/v1/namespaces', {
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
      });
  }, SERVICE_START_MS);
  afterAll(async () => {
    await admin?.close();
    await kubernetes?.remove();
    if (home !== undefined) await rm(home, { recursive: true, force: true });
  });

  it('is installed and upgraded', async () => {
    const evaluation = chartCases().find(({ name }) => name === 'evaluation');
    const values = ['--namespace', NAMESPACE, '--values', evaluation?.valuesFile ?? ''];
    // No kubelet is there to run the migrations, which Helm would wait for.
    const install = ['upgrade', '--install', RELEASE, CHART, ...values, '--set', 'migrations.enabled=false'];
    expect(run(...install)).toContain('STATUS: deployed');
    expect(run(...install, '--set', 'api.replicas=3')).toContain('REVISION: 2');
    const api = await admin.request<{ readonly spec: { readonly replicas: number } }>(
      'GET',
      `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${RELEASE}-api`,
    );
    expect(api.spec.replicas).toBe(3);
  });

  it.each(['scheduler', 'gateway'] as const)(
    'gives the %s the rights of its calls and no others',
    async (role) => {
      const allowed: string[] = [];
      const wanted: string[] = [];
      for (const call of everyCall()) {
        const { group, resource, verb, namespace } = call;
        const name = `${verb} ${resource} in ${namespace === '' ? 'all namespaces' : namespace}`;
        if (await mayDo(admin, role, { group, resource, verb, namespace })) allowed.push(name);
        const right = PERMISSIONS.find(
          (one) => one.role === role && one.resource === resource && one.verbs.includes(verb),
        );
        if (right?.scope === 'cluster' || (right !== undefined && namespace === NAMESPACE)) wanted.push(name);
      }
      expect(allowed).toEqual(wanted);
      expect(wanted.length).toBeGreaterThan(1);
    },
  );

  it('lets the gateway write the leases of gateways and no others', async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
    const headers = { 'Impersonate-User': `system:serviceaccount:${NAMESPACE}:${RELEASE}-gateway` };
    const lease = (name: string) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
    });
    const patch = { body: { spec: { holderIdentity: 'me' } }, contentType: 'application/merge-patch+json' };
    await admin.request('POST', path, { body: lease('leads') });
    const refused = /may write the leases of gateways alone/;
    // The API server learns of a new policy after a moment.
    await eventually(() =>
      expect(admin.request('PATCH', `${path}/leads`, { ...patch, headers })).rejects.toThrow(refused),
    );
    await expect(admin.request('DELETE', `${path}/leads`, { headers })).rejects.toThrow(refused);
    await expect(admin.request('POST', path, { body: lease('another'), headers })).rejects.toThrow(refused);
    const own = `${path}/tessera-gateway-1`;
    await admin.request('POST', path, { body: lease('tessera-gateway-1'), headers });
    await admin.request('PATCH', own, { ...patch, headers });
    await admin.request('DELETE', own, { headers });
  });

  it('gives the gateway of named namespaces what these hold, and no others', async () => {
    const evaluation = chartCases().find(({ name }) => name === 'evaluation');
    const named = ['projectNamespaces.mode=adopt', 'projectNamespaces.names={team-a,team-b}'];
    run(
      ...['upgrade', RELEASE, CHART, '--namespace', NAMESPACE, '--values', evaluation?.valuesFile ?? ''],
      ...['migrations.enabled=false', ...named].flatMap((value) => ['--set', value]),
    );
    const allowed: string[] = [];
    for (const { group, resource, verb } of everyCall().filter(({ namespace }) => namespace === ''))
      for (const namespace of ['', NAMESPACE, 'default', 'tessera-reservations', 'team-a', 'team-b'])
        if (await mayDo(admin, 'gateway', { group, resource, verb, namespace }))
          allowed.push(`${verb} ${resource} in ${namespace}`);
    expect(allowed).toEqual([
      'list pods in team-a',
      'list pods in team-b',
      'watch pods in team-a',
      'watch pods in team-b',
      // Owner objects, by which it knows workloads without pods.
      'list configmaps in team-a',
      'list configmaps in team-b',
      'watch configmaps in team-a',
      'watch configmaps in team-b',
      // The lease by which schedulers know that it lives.
      'create leases in tessera',
      'patch leases in tessera',
      'delete leases in tessera',
    ]);
    const namespaces = { group: '', resource: 'namespaces', verb: 'watch' };
    const watched = [];
    for (const name of ['team-a', 'team-b', 'default', NAMESPACE])
      if (await mayDo(admin, 'gateway', { ...namespaces, name })) watched.push(name);
    expect(watched).toEqual(['team-a', 'team-b']);
  });

  it.each(chartCases().map((one) => [one.name, one] as const))(
    'admits everything of the case %s, its pods under the restricted standard',
    async (_name, one) => {
      const all = documentsOf(rendered(binary, one)).filter(({ kind }) => !OF_PROMETHEUS.has(kind));
      expect(all.length).toBeGreaterThan(8);
      for (const manifest of all) {
        await dryRun(admin, manifest);
        const { template } = manifest.spec ?? {};
        if (template !== undefined) await dryRun(admin, podOf(manifest.metadata.name, template));
      }
    },
  );

  it('would refuse a pod that does not keep the standard', async () => {
    const template = { metadata: {}, spec: { containers: [{ name: 'c', image: 'i' }] } };
    await expect(dryRun(admin, podOf('loose', template))).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  it('is removed without a trace but its secret, which the next installation replaces', async () => {
    run('uninstall', RELEASE, '--namespace', NAMESPACE);
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const here = `namespaces/${NAMESPACE}`;
    for (const path of [`/apis/apps/v1/${here}/deployments`, `${rbac}/${here}/roles`, `${rbac}/clusterroles`])
      expect((await namesBelow(admin, path)).filter((name) => name.startsWith(RELEASE))).toEqual([]);
    expect(await namesBelow(admin, `/api/v1/namespaces/${NAMESPACE}/secrets`)).toEqual([RELEASE]);
  });
}

/** What the API server says of a call by the service account of a component. */
async function mayDo(
  admin: KubernetesConnection,
  component: string,
  resourceAttributes: Readonly<Record<string, string>>,
): Promise<boolean> {
  const user = `system:serviceaccount:${NAMESPACE}:${RELEASE}-${component}`;
  const { status } = await admin.request<{ readonly status: { readonly allowed: boolean } }>(
    'POST',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, resourceAttributes },
      },
    },
  );
  return status.allowed;
}

const RESOURCES: readonly (readonly [group: string, resource: string])[] = [
  ...[
    'nodes',
    'pods',
    'pods/log',
    'pods/exec',
    'namespaces',
    'services',
    'secrets',
    'configmaps',
    'events',
  ].map((resource) => ['', resource] as const),
  ['', 'persistentvolumeclaims'],
  ['', 'serviceaccounts'],
  ['apps', 'deployments'],
  ['coordination.k8s.io', 'leases'],
  ['rbac.authorization.k8s.io', 'clusterroles'],
];
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

const everyCall = () =>
  RESOURCES.flatMap(([group, resource]) =>
    VERBS.flatMap((verb) => ['', NAMESPACE].map((namespace) => ({ group, resource, verb, namespace }))),
  );

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly template?: { readonly metadata: object; readonly spec: object } };
}

const documentsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

/** The pod that the workload would make, as a pod of its own: only those are held to the standard at once. */
const podOf = (name: string, template: { readonly metadata: object; readonly spec: object }): Manifest =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: `${name}-pod` },
    spec: { restartPolicy: 'Always', ...template.spec, serviceAccountName: 'default' },
  }) as Manifest;

async function namesBelow(admin: KubernetesConnection, path: string): Promise<readonly string[]> {
  const { items } = await admin.request<{ readonly items: readonly Manifest[] }>('GET', path);
  return items.map(({ metadata }) => metadata.name);
}

const CLUSTER_WIDE = [
  'ClusterRole',
  'ClusterRoleBinding',
  'PriorityClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];
const plural = (kind: string): string =>
  `${kind.toLowerCase()}s`.replace(/ys$/, 'ies').replace(/sss$/, 'sses');

/** Sends the object through validation and admission without storing it; it may be there already. */
async function dryRun(admin: KubernetesConnection, manifest: Manifest): Promise<void> {
  const base = manifest.apiVersion === 'v1' ? '/api/v1' : `/apis/${manifest.apiVersion}`;
  const where = CLUSTER_WIDE.includes(manifest.kind)
    ? ''
    : `/namespaces/${manifest.metadata.namespace ?? NAMESPACE}`;
  const name = `${manifest.metadata.name}-dry`;
  const path = `${base}${where}/${plural(manifest.kind)}`;
  expect(clusterCall('POST', path).verb).toBe('create');
  await admin.request('POST', path, {
    query: { dryRun: 'All', fieldValidation: 'Strict' },
    body: { ...manifest, metadata: { ...manifest.metadata, name } },
  });
}
