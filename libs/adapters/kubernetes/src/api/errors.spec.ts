import { KubernetesApiError, missingNamespace } from './errors';
import { problemOf } from '../writer/problem-of';

const refusal = (status: number, body: object) =>
  new KubernetesApiError(status, 'POST', '/api/v1/namespaces/a/pods', body);
const noNamespace = refusal(404, {
  reason: 'NotFound',
  message: 'namespaces "a" not found',
  details: { kind: 'namespaces', name: 'a' },
});

describe('what a failed write means for a workload', () => {
  it.each([
    ['the object itself is refused', refusal(422, { reason: 'Invalid' }), true, 'RefusedByCluster'],
    ['we may not', refusal(403, { reason: 'Forbidden' }), true, 'RefusedByCluster'],
    ['the server cannot', refusal(500, {}), false, 'ClusterUnavailable'],
    ['nobody answers', new Error('connect ECONNREFUSED'), false, 'ClusterUnavailable'],
    ['the namespace is missing', noNamespace, false, 'NamespaceMissing'],
    [
      'a priority class is missing',
      refusal(403, {
        reason: 'Forbidden',
        message: 'pods "a" is forbidden: no PriorityClass with name fast was found',
      }),
      false,
      'PriorityClassMissing',
    ],
    [
      'a runtime class is missing',
      refusal(403, {
        reason: 'Forbidden',
        message: 'pods "a" is forbidden: pod rejected: RuntimeClass "nvidia" not found',
      }),
      false,
      'RuntimeClassMissing',
    ],
    [
      'the quota of the namespace is used up',
      refusal(403, {
        reason: 'Forbidden',
        message:
          'pods "a" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1',
      }),
      false,
      'NamespaceQuotaExceeded',
    ],
    [
      'the namespace is so new that it has no account',
      refusal(403, {
        reason: 'Forbidden',
        message:
          'pods "a" is forbidden: error looking up service account a/default: serviceaccount "default" not found',
      }),
      false,
      'ServiceAccountMissing',
    ],
    [
      'the namespace is on its way out',
      refusal(403, {
        reason: 'Forbidden',
        message:
          'pods "a" is forbidden: unable to create new content in namespace a because it is being terminated',
      }),
      false,
      'NamespaceTerminating',
    ],
    [
      'a node port is taken',
      refusal(422, {
        reason: 'Invalid',
        message:
          'Service "a" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
      }),
      true,
      'PortTaken',
    ],
    [
      'a seccomp profile cannot be named',
      refusal(422, {
        reason: 'Invalid',
        message: 'Pod "a" is invalid: spec.securityContext.seccompProfile.localhostProfile: Required value',
      }),
      true,
      'SeccompLocalhostUnsupported',
    ],
    ['a kind is not installed', refusal(404, { message: '404 page not found' }), false, 'KindMissing'],
    [
      'something else is missing',
      refusal(404, { details: { kind: 'pods', name: 'p' } }),
      false,
      'ClusterUnavailable',
    ],
  ])('%s', (_name, error, final, reason) => {
    expect(problemOf(error)).toMatchObject({ final, reason });
  });

  it('names the missing namespace', () => {
    expect(missingNamespace(noNamespace)).toBe('a');
    expect(problemOf(noNamespace).message).toContain('"a"');
  });
});
