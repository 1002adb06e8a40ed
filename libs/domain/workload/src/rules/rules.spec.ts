import type { InferenceSpec } from '../spec';
import { nameFromPrefix, nameViolations } from './name';
import { specViolations } from './spec-violations';

const image = 'python:3.8';
const fieldsOf = (spec: InferenceSpec): readonly string[] =>
  specViolations({ image, ...spec }).map(({ field }) => field);
const compute = (fields: InferenceSpec['compute']): InferenceSpec => ({ compute: fields });
const scaling = (fields: InferenceSpec['autoscaling']): InferenceSpec => ({ autoscaling: fields });

describe('names', () => {
  it.each([
    ['', 'Workload name must not be empty'],
    ['a'.repeat(64), 'The length of a workload name must not exceed 63 characters'],
    ...['Upper', '1st', '-a', 'a.b', 'a_b', 'a b', 'ä'].map((name) => [
      name,
      "The workload name must consist of lower case alphanumeric characters or '-', and start with an alphabetic character.",
    ]),
    ['a-', 'The workload name must end with a lower case alphanumeric character.'],
  ])('refuses %j', (name, message) =>
    expect(nameViolations(name, false)).toEqual([{ field: 'name', message }]),
  );

  it.each(['a', 'my-workload-name', 'a1', 'a'.repeat(63)])('takes %j', (name) =>
    expect(nameViolations(name, false)).toEqual([]),
  );

  it('lets a prefix end in a dash and cuts it to leave room for the suffix', () => {
    expect(nameViolations('a-', true)).toEqual([]);
    expect(nameFromPrefix('my', 'x1y2z')).toBe('my-x1y2z');
    expect(nameFromPrefix('a'.repeat(63), 'x1y2z')).toHaveLength(63);
  });
});

const ACCEPTED: Readonly<Record<string, InferenceSpec>> = {
  'no GPU at all': {},
  'whole devices without a type': compute({ gpuDevicesRequest: 4 }),
  'half a device': compute({ gpuRequestType: 'portion', gpuPortionRequest: 0.5, gpuPortionLimit: 0.5 }),
  'a full device as portion 1': compute({
    gpuDevicesRequest: 1,
    gpuRequestType: 'portion',
    gpuPortionRequest: 1,
  }),
  burst: compute({
    gpuDevicesRequest: 1,
    gpuRequestType: 'portion',
    gpuPortionRequest: 0.1,
    gpuPortionLimit: 1,
  }),
  'a share of several devices': compute({
    gpuDevicesRequest: 8,
    gpuRequestType: 'portion',
    gpuPortionRequest: 0.5,
  }),
  'a device count as portion': compute({
    gpuDevicesRequest: 1,
    gpuRequestType: 'portion',
    gpuPortionRequest: 4,
  }),
  'fields of another request type, whatever they say': compute({
    gpuRequestType: 'portion',
    gpuPortionRequest: 0.5,
    gpuMemoryRequest: '0',
    gpuMemoryLimit: '-1',
  }),
  'memory with decimal fraction': compute({ gpuRequestType: 'memory', gpuMemoryRequest: '0.5Gi' }),
  'a MIG profile': compute({ gpuRequestType: 'migProfile', migProfile: '1g.5gb' }),
  'no core at all': compute({ cpuCoreRequest: 0 }),
  'a fixed number of replicas': scaling({ minReplicas: 1, maxReplicas: 1 }),
  'a fixed number with a metric that does not count': scaling({
    minReplicas: 2,
    maxReplicas: 2,
    metric: 'latency',
    metricThreshold: 0,
    scaleToZeroRetentionSeconds: 10,
  }),
  'zero or one without a metric': scaling({ minReplicas: 0, maxReplicas: 1 }),
  'zero or one with a threshold of 0': scaling({
    minReplicas: 0,
    maxReplicas: 1,
    metric: 'throughput',
    metricThreshold: 0,
  }),
  'zero or one by latency': scaling({
    minReplicas: 0,
    maxReplicas: 1,
    metric: 'latency',
    metricThreshold: 5,
  }),
  'several by latency': scaling({ minReplicas: 1, maxReplicas: 3, metric: 'latency', metricThreshold: 200 }),
  'several from zero by concurrency': scaling({
    minReplicas: 0,
    maxReplicas: 3,
    metric: 'concurrency',
    metricThreshold: 4,
  }),
  'a metric of one’s own': scaling({
    minReplicas: 1,
    maxReplicas: 3,
    metric: 'queue_depth',
    metricThreshold: 4,
  }),
  'retention without scale to zero': scaling({ minReplicas: 1, scaleToZeroRetentionSeconds: 0 }),
  'a value and a secret': {
    environmentVariables: [{ name: 'A', value: 'x', secret: { name: 'bad_name', key: 'k' } }],
  },
  'users and groups together': {
    exposedUrls: [{ container: 80, authorizedUsers: ['u'], authorizedGroups: ['g'] }],
  },
  'seconds without NoExecute': {
    tolerations: [{ operator: 'Exists', key: 'k', effect: 'NoSchedule', seconds: 3 }],
  },
  'ids that come from the image anyway': { security: { runAsUid: -1, supplementalGroups: 'x' } },
  'git without a repository': { storage: { git: [{ branch: 'main' }] } },
  'a relative mount path': { storage: { configMapVolume: [{ configMap: 'c', mountPath: 'relative' }] } },
  'a probe on the serving port': {
    servingPort: { container: 8000 },
    probes: { readiness: { handler: { httpGet: {} } } },
  },
  'nulls everywhere': {
    compute: null,
    autoscaling: null,
    tolerations: [null],
    environmentVariables: null,
    servingPort: null,
  },
  'an item that only drops a default': {
    environmentVariables: [{ name: 'A', exclude: true }],
    labels: [{ exclude: true }],
  },
  'a node port in range': { ports: [{ container: 80, serviceType: 'NodePort', external: 30_080 }] },
  'the same port of two load balancers': {
    ports: [80, 81].map((container) => ({ container, serviceType: 'LoadBalancer' as const, external: 443 })),
  },
  'a node port again in an item that only drops a default': {
    ports: [
      { container: 80, serviceType: 'NodePort', external: 30_080 },
      { container: 80, serviceType: 'NodePort', external: 30_080, exclude: true },
    ],
  },
  'any port for a load balancer': { ports: [{ container: 80, serviceType: 'LoadBalancer', external: 443 }] },
};

describe('rules of a spec', () => {
  it.each(Object.entries(ACCEPTED))('accepts %s', (_what, spec) =>
    expect(specViolations({ image, ...spec })).toEqual([]),
  );

  it('reports all violations at once', () => {
    const { compute: wrongCompute } = compute({ gpuRequestType: 'memory' });
    expect(
      fieldsOf({ image: '', compute: wrongCompute ?? null, autoscaling: { minReplicas: 0, maxReplicas: 2 } }),
    ).toEqual(['spec.image', 'spec.compute.gpuMemoryRequest', 'spec.autoscaling.metric']);
  });
});
