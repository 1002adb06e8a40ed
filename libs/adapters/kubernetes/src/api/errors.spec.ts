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
    ['we may not', refusal(403, { reason: 'Forbidden' }), false, 'RefusedByCluster'],
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
      'PortConflict',
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

  it.each([
    [
      'a quota demands limits',
      403,
      'pods "a" is forbidden: failed quota: compute: must specify limits.cpu for: main; limits.memory for: main',
      'LimitsRequired',
      'The ResourceQuota "compute" of the namespace only admits containers that set limits.cpu for: main; limits.memory for: main. Set it in spec.compute, or ask for a LimitRange with defaults in the namespace; the workload will continue.',
    ],
    [
      'a LimitRange is exceeded',
      403,
      'pods "a" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
      'OutsideLimitRange',
      'A LimitRange of the namespace refuses the workload: maximum memory usage per Container is 1Gi, but limit is 2Gi. Change spec.compute, or ask for another LimitRange; the workload will continue.',
    ],
    [
      'a LimitRange is exceeded twice',
      403,
      'pods "a" is forbidden: [minimum cpu usage per Container is 100m, but request is 1m, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
      'OutsideLimitRange',
      'A LimitRange of the namespace refuses the workload: minimum cpu usage per Container is 100m, but request is 1m, maximum memory usage per Container is 1Gi, but limit is 2Gi. Change spec.compute, or ask for another LimitRange; the workload will continue.',
    ],
    [
      'a webhook refuses',
      400,
      'admission webhook "images.example.com" denied the request: image model:1 is not signed',
      'AdmissionDenied',
      'The admission webhook "images.example.com" of the cluster refuses the workload: image model:1 is not signed. The workload will continue once it is admitted.',
    ],
    [
      'a webhook refuses with a status of its own',
      406,
      'admission webhook "images.example.com" denied the request: no',
      'AdmissionDenied',
      'The admission webhook "images.example.com" of the cluster refuses the workload: no. The workload will continue once it is admitted.',
    ],
    [
      'a policy refuses',
      422,
      "pods \"a\" is forbidden: ValidatingAdmissionPolicy 'teams' with binding 'all' denied request: failed expression: has(object.metadata.labels.team)",
      'AdmissionDenied',
      'The admission policy "teams" of the cluster refuses the workload: failed expression: has(object.metadata.labels.team). The workload will continue once it is admitted.',
    ],
    [
      'a webhook does not answer',
      500,
      'Internal error occurred: failed calling webhook "mesh.example.com": failed to call webhook: Post "https://mesh.mesh.svc:443/inject?timeout=10s": context deadline exceeded',
      'WebhookUnavailable',
      'The admission webhook "mesh.example.com" of the cluster does not answer: failed to call webhook: Post "https://mesh.mesh.svc:443/inject?timeout=10s": context deadline exceeded. The workload will continue once it does.',
    ],
  ])('says who is in the way and what to do: %s', (_name, status, message, reason, words) => {
    expect(problemOf(refusal(status, { message }))).toEqual({
      ...{ final: false, refused: true, reason, message: words },
    });
  });

  it('names the missing namespace', () => {
    expect(missingNamespace(noNamespace)).toBe('a');
    expect(problemOf(noNamespace).message).toContain('"a"');
  });
});
