import { KubernetesApiError, missingNamespace } from './errors';
import { KubernetesClusterWriter } from './cluster-writer';

const refusal = (status: number, body: object) =>
  new KubernetesApiError(status, 'POST', '/api/v1/namespaces/a/pods', body);
const noNamespace = refusal(404, {
  reason: 'NotFound',
  message: 'namespaces "a" not found',
  details: { kind: 'namespaces', name: 'a' },
});

describe('what a failed write means for a workload', () => {
  const writer = new KubernetesClusterWriter({} as never, {} as never, {} as never);

  it.each([
    ['the object itself is refused', refusal(422, { reason: 'Invalid' }), true, 'RefusedByCluster'],
    ['we may not', refusal(403, { reason: 'Forbidden' }), true, 'RefusedByCluster'],
    ['the server cannot', refusal(500, {}), false, 'ClusterUnavailable'],
    ['nobody answers', new Error('connect ECONNREFUSED'), false, 'ClusterUnavailable'],
    ['the namespace is missing', noNamespace, false, 'NamespaceMissing'],
    ['something else is missing', refusal(404, { details: { kind: 'pods' } }), false, 'ClusterUnavailable'],
  ])('%s', (_name, error, final, reason) => {
    expect(writer.problemOf(error)).toMatchObject({ final, reason });
  });

  it('names the namespace that somebody has to make', () => {
    expect(missingNamespace(noNamespace)).toBe('a');
    expect(writer.problemOf(noNamespace).message).toContain('"a"');
  });

  it('makes none where somebody else does', async () => {
    await expect(
      writer.ensureNamespace({ projectId: '1', projectName: 'a', namespace: 'a' }),
    ).resolves.toBeUndefined();
  });
});
