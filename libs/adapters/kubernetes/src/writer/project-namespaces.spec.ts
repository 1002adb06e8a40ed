import { DEFAULT_PROJECT_NETWORK, LABELS } from '@tessera/contracts-kubernetes';
import { DEFAULT_GUARDRAILS } from '@tessera/domain-workload';
import { KubernetesApiError } from '../api/errors';
import { problemOf } from './problem-of';
import { NamespaceRefusedError, ProjectNamespaces } from './project-namespaces';

const PROJECT = { projectId: '7', projectName: 'team-a', namespace: 'runai-team-a' };
type Labels = Readonly<Record<string, string>>;

/** A cluster with these namespaces, and what was asked of it. */
function clusterWith(found: Readonly<Record<string, Labels>>, mode: 'create' | 'adopt' = 'create') {
  const asked: string[] = [];
  const connection = {
    request: async (method: string, path: string) => {
      asked.push(`${method} ${path}`);
      const name = path.split('/').at(-1) ?? '';
      const labels = found[name];
      const details = { kind: 'namespaces', name };
      if (labels === undefined) throw new KubernetesApiError(404, method, path, { details });
      return { metadata: { name, labels } };
    },
  };
  const create = async (path: string, body: object): Promise<unknown> => {
    asked.push(`POST ${path}`);
    const { name = '' } = (body as { metadata: { name?: string } }).metadata;
    return found[name] === undefined ? body : undefined;
  };
  const namespaces = new ProjectNamespaces(connection as never, {
    ...{ mode, reserved: ['tessera'], create },
    guardrailsOf: () => DEFAULT_GUARDRAILS,
    network: { ...DEFAULT_PROJECT_NETWORK, policy: 'none', gatewayNamespace: 'tessera' },
    demandLead: () => undefined,
  });
  return { namespaces, asked };
}

const whyNot = (done: Promise<unknown>): Promise<unknown> =>
  done.then(
    () => undefined,
    (error: unknown) => (error instanceof NamespaceRefusedError ? error.reason : problemOf(error).reason),
  );

describe('the namespace of a project', () => {
  it('is created with labels that name the project', async () => {
    const { namespaces, asked } = clusterWith({});
    await namespaces.ensure(PROJECT);
    expect(asked).toEqual(['POST /api/v1/namespaces']);
  });

  it.each([
    ['name and id', { [LABELS.project]: 'team-a', [LABELS.projectId]: '7' }],
    ['the name', { [LABELS.project]: 'team-a' }],
  ])('is adopted where it is labelled with %s of the project', async (_name, labels) => {
    for (const mode of ['create', 'adopt'] as const)
      expect(await whyNot(clusterWith({ 'runai-team-a': labels }, mode).namespaces.ensure(PROJECT))).toBe(
        undefined,
      );
  });

  it.each([
    ['nobody', {}],
    ['another project', { [LABELS.project]: 'team-b', [LABELS.projectId]: '8' }],
    ['an earlier project of the same name', { [LABELS.project]: 'team-a', [LABELS.projectId]: '3' }],
  ])('is not adopted where it is labelled for %s', async (_name, labels) => {
    for (const mode of ['create', 'adopt'] as const)
      expect(await whyNot(clusterWith({ 'runai-team-a': labels }, mode).namespaces.ensure(PROJECT))).toBe(
        'NamespaceNotLabelled',
      );
  });

  it.each(['kube-system', 'default', 'tessera'])(
    'is never %s, whatever label somebody put on it; nothing is written or read',
    async (namespace) => {
      const { namespaces, asked } = clusterWith({ [namespace]: { [LABELS.projectId]: '7' } });
      expect(await whyNot(namespaces.ensure({ ...PROJECT, namespace }))).toBe('NamespaceReserved');
      expect(asked).toEqual([]);
    },
  );

  it('is reported missing in the mode adopt', async () => {
    const { namespaces, asked } = clusterWith({}, 'adopt');
    expect(await whyNot(namespaces.ensure(PROJECT))).toBe('NamespaceMissing');
    expect(asked).toEqual(['GET /api/v1/namespaces/runai-team-a']);
  });

  it('is cached once verified, not while missing; another project with its name is checked separately', async () => {
    const { namespaces, asked } = clusterWith(
      { 'runai-team-a': { [LABELS.project]: 'team-a', [LABELS.projectId]: '7' } },
      'adopt',
    );
    await namespaces.ensureOnce(PROJECT);
    await namespaces.ensureOnce(PROJECT);
    expect(asked).toHaveLength(1);
    expect(await whyNot(namespaces.ensureOnce({ ...PROJECT, projectId: '9' }))).toBe('NamespaceNotLabelled');
    namespaces.forget();
    await namespaces.ensureOnce(PROJECT);
    expect(asked).toHaveLength(3);
  });

  it('reports what an administrator has to do; the workload waits and then continues', async () => {
    const refused = await clusterWith({ 'runai-team-a': {} })
      .namespaces.ensure(PROJECT)
      .catch((error: unknown) => problemOf(error));
    expect(refused).toMatchObject({
      final: false,
      message: expect.stringContaining(
        'kubectl label namespace runai-team-a tessera.io/project=team-a tessera.io/project-id=7',
      ),
    });
  });
});

describe('the level of a namespace', () => {
  const labels: Record<string, string> = { [LABELS.project]: 'team-a' };
  const level = 'pod-security.kubernetes.io/enforce';

  it('is read from its label, and read again while it is restricted', async () => {
    const own = { ...labels, [level]: 'restricted' };
    const { namespaces } = clusterWith({ 'runai-team-a': own }, 'adopt');
    await namespaces.ensureOnce(PROJECT);
    expect(await namespaces.isRestricted('runai-team-a')).toBe(true);
    own[level] = 'baseline';
    expect(await namespaces.isRestricted('runai-team-a')).toBe(false);
  });

  it('is that of the cluster where it has no label', async () => {
    const { namespaces, asked } = clusterWith({ 'runai-team-a': labels }, 'adopt');
    await namespaces.ensureOnce(PROJECT);
    expect(await namespaces.isRestricted('runai-team-a')).toBe(false);
    await namespaces.restrict('runai-team-a');
    expect(await namespaces.isRestricted('runai-team-a')).toBe(true);
    expect(asked).toEqual(['GET /api/v1/namespaces/runai-team-a', 'GET /api/v1/namespaces/runai-team-a']);
  });
});
