import type { InferenceSpec } from '../spec';
import { specViolations } from '../rules/spec-violations';
import { toIntent } from './to-intent';

interface Tolerance {
  readonly what: string;
  readonly spec: InferenceSpec;
  /** The events that report it: field and reason. */
  readonly ignored: readonly (readonly [field: string, reason: string])[];
}

const E = 'spec.environmentVariables[0]';
const FIXED = 'the number of replicas is fixed';
const ACTIVITY = 'between 0 and 1 replicas, network activity decides';
const FROM_IMAGE = 'the ids come from the image (uidGidSource fromTheImage)';
const gpu = {
  ...{ gpuPortionRequest: 0.5, gpuPortionLimit: 0.5, gpuMemoryRequest: '10M', gpuMemoryLimit: '10M' },
  migProfile: '1g.5gb',
} as const;
const fields = (names: readonly string[], reason: string) =>
  names.map((name) => [`spec.compute.${name}`, reason] as const);

/** What no strict cluster would admit and this API takes, each with the events that say what was left out. */
const TOLERANCES: readonly Tolerance[] = [
  {
    what: 'memory and MIG fields with the request type portion',
    spec: { compute: { ...gpu, gpuRequestType: 'portion' } },
    ignored: fields(['gpuMemoryRequest', 'gpuMemoryLimit', 'migProfile'], 'gpuRequestType is portion'),
  },
  {
    what: 'portion and MIG fields with the request type memory',
    spec: { compute: { ...gpu, gpuRequestType: 'memory' } },
    ignored: fields(['gpuPortionRequest', 'gpuPortionLimit', 'migProfile'], 'gpuRequestType is memory'),
  },
  {
    what: 'portion and memory fields with the request type migProfile',
    spec: { compute: { ...gpu, gpuRequestType: 'migProfile' } },
    ignored: fields(
      ['gpuPortionRequest', 'gpuPortionLimit', 'gpuMemoryRequest', 'gpuMemoryLimit'],
      'gpuRequestType is migProfile',
    ),
  },
  {
    what: 'ids while they come from the image, whatever they say',
    spec: {
      security: { uidGidSource: 'fromTheImage', runAsUid: 500, runAsGid: -1, supplementalGroups: 'x' },
    },
    ignored: ['runAsUid', 'runAsGid', 'supplementalGroups'].map((name) => [
      `spec.security.${name}`,
      FROM_IMAGE,
    ]),
  },
  {
    what: 'a value beside a secret',
    spec: { environmentVariables: [{ name: 'A', value: 'v', secret: { name: 's', key: 'k' } }] },
    ignored: [[`${E}.value`, 'the secret is used instead']],
  },
  {
    what: 'a secret with an invalid name beside a value',
    spec: {
      environmentVariables: [{ name: 'A', value: 'v', secret: { name: 'postgress_secret', key: 'k' } }],
    },
    ignored: [
      [`${E}.secret`, '"postgress_secret" is not a valid name of a Secret; the value is used instead'],
    ],
  },
  {
    what: 'users and groups of an exposed URL, which are united',
    spec: { exposedUrls: [{ container: 80, authorizedUsers: ['u'], authorizedGroups: ['g'] }] },
    ignored: ['authorizedUsers', 'authorizedGroups'].map((name) => [
      `spec.exposedUrls[0].${name}`,
      'the platform does not enforce access yet: every client that reaches the address can call the workload',
    ]),
  },
  {
    what: 'seconds of a toleration without NoExecute',
    spec: { tolerations: [{ operator: 'Equal', key: 'k', effect: 'NoSchedule', seconds: 20 }] },
    ignored: [
      ['spec.tolerations[0].seconds', 'seconds apply only to the effect NoExecute, not to NoSchedule'],
    ],
  },
  {
    what: 'git without a repository',
    spec: { storage: { git: [{ branch: 'main', path: '/code' }] } },
    ignored: [['spec.storage.git[0]', 'the git source has no repository']],
  },
  {
    what: 'a second mount at a taken path',
    spec: {
      storage: {
        configMapVolume: [{ configMap: 'c', mountPath: '/same' }],
        secretVolume: [{ secret: 's', mountPath: '/same/' }],
      },
    },
    ignored: [
      [
        'spec.storage.secretVolume[0]',
        'the mount path "/same/" is already used by spec.storage.configMapVolume[0]',
      ],
    ],
  },
  {
    what: 'an external port of a service that is no node port',
    spec: { ports: [{ container: 80, serviceType: 'LoadBalancer', external: 30_080 }] },
    ignored: [],
  },
  {
    what: 'a metric, its threshold 0 and a retention with a fixed number of replicas, as old clients send them',
    spec: {
      autoscaling: {
        ...{ minReplicas: 1, maxReplicas: 1, metric: 'throughput', metricThreshold: 0 },
        scaleToZeroRetentionSeconds: 10,
      },
    },
    ignored: [
      ['spec.autoscaling.scaleToZeroRetentionSeconds', 'it applies only with minReplicas 0'],
      ['spec.autoscaling.metric', FIXED],
      ['spec.autoscaling.metricThreshold', FIXED],
    ],
  },
  {
    what: 'any metric and a threshold of 0 between 0 and 1 replicas',
    spec: { autoscaling: { minReplicas: 0, maxReplicas: 1, metric: 'latency', metricThreshold: 0 } },
    ignored: [
      ['spec.autoscaling.metric', ACTIVITY],
      ['spec.autoscaling.metricThreshold', ACTIVITY],
    ],
  },
  {
    what: 'replicas to start and to wake with that do not count',
    spec: {
      autoscaling: {
        ...{ minReplicas: 2, maxReplicas: 4, metric: 'throughput', metricThreshold: 5 },
        ...{ initialReplicas: 9, activationReplicas: 3 },
      },
    },
    ignored: [
      [
        'spec.autoscaling.initialReplicas',
        'it is outside minReplicas and maxReplicas; the workload starts with 4',
      ],
      ['spec.autoscaling.activationReplicas', 'it applies only with minReplicas 0'],
    ],
  },
  {
    what: 'an adaptive keep-alive of a workload that never sleeps',
    spec: { autoscaling: { minReplicas: 1, tessera: { keepAlive: 'adaptive' } } },
    ignored: [['spec.autoscaling.tessera.keepAlive', 'it applies only with minReplicas 0']],
  },
  {
    what: 'the time to initialise of earlier releases beside that of later ones',
    spec: {
      autoscaling: { initializationTimeoutSeconds: 60 },
      servingConfiguration: { initializationTimeoutSeconds: 90 },
    },
    ignored: [
      [
        'spec.autoscaling.initializationTimeoutSeconds',
        'spec.servingConfiguration.initializationTimeoutSeconds applies instead',
      ],
    ],
  },
  ...(['public', 'authenticatedUsers'] as const).map((authorizationType) => ({
    what: `users and groups of an endpoint with the authorization type ${authorizationType}`,
    spec: {
      servingPort: { container: 80, authorizationType, authorizedUsers: ['u'], authorizedGroups: ['g'] },
    },
    ignored: ['authorizedUsers', 'authorizedGroups'].map(
      (name) => [`spec.servingPort.${name}`, `authorizationType is ${authorizationType}`] as const,
    ),
  })),
];

describe('tolerances', () => {
  it.each(TOLERANCES)('accept $what, and report the ignored fields', ({ spec, ignored }) => {
    expect(specViolations({ image: 'python:3.8', ...spec })).toEqual([]);
    const { ignoredFields } = toIntent({ image: 'python:3.8', ...spec });
    expect(ignoredFields).toEqual(ignored.map(([field, reason]) => ({ field, reason })));
  });
});

describe('positive requests never become 0', () => {
  it.each([1e-300, 1e-9, 0.0001])('a portion of %d', (gpuPortionRequest) => {
    const spec: InferenceSpec = { image: 'i', compute: { gpuRequestType: 'portion', gpuPortionRequest } };
    expect(specViolations(spec)).toEqual([]);
    expect(toIntent(spec).intent.resources.gpu).toEqual({ kind: 'portion', devices: 1, milliGpu: 1 });
  });

  it('a byte of memory', () => {
    const spec: InferenceSpec = { image: 'i', compute: { gpuRequestType: 'memory', gpuMemoryRequest: '1' } };
    expect(toIntent(spec).intent.resources.gpu).toMatchObject({ kind: 'memory', memoryMiB: 1 });
  });
});
