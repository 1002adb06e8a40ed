import { EXAMPLES, ROUTES, shapeViolations } from '@tessera/contracts-rest';
import { decodeBody } from './decode';

const MISSING = 'Required parameter is missing';
const reported = (body: unknown): readonly string[] => {
  const decoded = decodeBody(ROUTES.create_inference1, body);
  return decoded.ok
    ? []
    : shapeViolations(decoded.issues).map(({ field, message }) => `${field}: ${message}`);
};
const withSpec = (spec: object) => ({ ...EXAMPLES.inference, spec: { image: 'i', ...spec } });
const scaling = (autoscaling: object) => withSpec({ autoscaling });
const probe = (fields: object) =>
  withSpec({ probes: { readiness: { handler: { httpGet: { port: 80 } }, ...fields } } });

const A = 'spec.autoscaling';
const P = 'spec.probes.readiness';
const REFUSED: readonly (readonly [what: string, body: object, violation: string])[] = [
  ['no name', { ...EXAMPLES.inference, name: undefined }, `name: ${MISSING}`],
  ['no project', { ...EXAMPLES.inference, projectId: undefined }, `projectId: ${MISSING}`],
  ['null as name', { ...EXAMPLES.inference, name: null }, `name: ${MISSING}`],
  ['null as project', { ...EXAMPLES.inference, projectId: null }, `projectId: ${MISSING}`],
  ['null among the node pools', withSpec({ nodePools: ['a', null] }), 'spec.nodePools[1]: must be text'],
  ['no cluster', { ...EXAMPLES.inference, clusterId: undefined }, `clusterId: ${MISSING}`],
  [
    'a project of another type',
    { ...EXAMPLES.inference, projectId: true },
    'projectId: must be text or a number',
  ],
  ['a cluster that is no id', { ...EXAMPLES.inference, clusterId: 'x' }, 'clusterId: "x" is not a UUID'],
  ['a spec that is a list', { ...EXAMPLES.inference, spec: [] }, 'spec: must be an object'],
  ['a number as image', withSpec({ image: 5 }), 'spec.image: must be text'],
  ['an empty command', withSpec({ command: '' }), 'spec.command: must not be empty'],
  ['a command as a list', withSpec({ command: ['a'] }), 'spec.command: must be text'],
  [
    'an unknown pull policy',
    withSpec({ imagePullPolicy: 'always' }),
    'spec.imagePullPolicy: "always" is not one of Always, Never, IfNotPresent',
  ],
  [
    'one variable without a list',
    withSpec({ environmentVariables: {} }),
    'spec.environmentVariables: must be a list',
  ],
  [
    'an unknown effect',
    withSpec({ tolerations: [{ effect: 'No' }] }),
    'spec.tolerations[0].effect: "No" is not one of NoSchedule, NoExecute, PreferNoSchedule, Any',
  ],
  [
    '0 seconds',
    withSpec({ tolerations: [{ seconds: 0 }] }),
    'spec.tolerations[0].seconds: must be at least 1',
  ],
  ['port 0', withSpec({ servingPort: { container: 0 } }), 'spec.servingPort.container: must be at least 1'],
  [
    'port 65536',
    withSpec({ ports: [{ container: 65_536 }] }),
    'spec.ports[0].container: must be at most 65535',
  ],
  [
    'a fraction of a port',
    withSpec({ servingPort: { container: 1.5 } }),
    'spec.servingPort.container: must be a whole number',
  ],
  [
    'an unknown protocol',
    withSpec({ servingPort: { container: 80, protocol: 'tcp' } }),
    'spec.servingPort.protocol: "tcp" is not one of http, grpc',
  ],
  [
    'an unknown request type',
    withSpec({ compute: { gpuRequestType: 'share' } }),
    'spec.compute.gpuRequestType: "share" is not one of portion, memory, migProfile',
  ],
  [
    'an unknown MIG profile',
    withSpec({ compute: { migProfile: '9g.1gb' } }),
    'spec.compute.migProfile: "9g.1gb" is not one of 1g.5gb, 1g.10gb, 2g.10gb, 2g.20gb, 3g.20gb, 3g.40gb, 4g.20gb, 4g.40gb, 7g.40gb, 7g.80gb',
  ],
  [
    'half a device',
    withSpec({ compute: { gpuDevicesRequest: 0.5 } }),
    'spec.compute.gpuDevicesRequest: must be a whole number',
  ],
  [
    'a quantity with a word',
    withSpec({ compute: { cpuMemoryRequest: 'abc' } }),
    'spec.compute.cpuMemoryRequest: "abc" is not a quantity; write for example 500M or 2Gi',
  ],
  [
    'a quantity as a number',
    withSpec({ compute: { cpuMemoryRequest: 5 } }),
    'spec.compute.cpuMemoryRequest: must be text',
  ],
  [
    'a retention of more than an hour',
    scaling({ scaleToZeroRetentionSeconds: 3601 }),
    `${A}.scaleToZeroRetentionSeconds: must be at most 3600`,
  ],
  [
    'a negative retention',
    scaling({ scaleToZeroRetentionSeconds: -1 }),
    `${A}.scaleToZeroRetentionSeconds: must be at least 0`,
  ],
  ['fewer replicas than none', scaling({ minReplicas: -1 }), `${A}.minReplicas: must be at least 0`],
  ['at most no replica', scaling({ maxReplicas: 0 }), `${A}.maxReplicas: must be at least 1`],
  [
    'a fraction of a threshold',
    scaling({ metricThreshold: 0.5 }),
    `${A}.metricThreshold: must be a whole number`,
  ],
  [
    'a share of the threshold above all',
    scaling({ metricThresholdPercentage: 101 }),
    `${A}.metricThresholdPercentage: must be at most 100`,
  ],
  ['no replica on waking', scaling({ activationReplicas: 0 }), `${A}.activationReplicas: must be at least 1`],
  [
    'a negative hard limit',
    scaling({ concurrencyHardLimit: -1 }),
    `${A}.concurrencyHardLimit: must be at least 0`,
  ],
  [
    'a malformed metric name',
    scaling({ metric: '1-a' }),
    `${A}.metric: "1-a" is not the name of a metric; use throughput, concurrency, latency or the name of a Prometheus metric`,
  ],
  [
    'a probe before the start',
    probe({ initialDelaySeconds: -1 }),
    `${P}.initialDelaySeconds: must be at least 0`,
  ],
  ...['periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'].map(
    (field) =>
      [`a probe with ${field} 0`, probe({ [field]: 0 }), `${P}.${field}: must be at least 1`] as const,
  ),
  [
    'an unknown scheme',
    probe({ handler: { httpGet: { port: 80, scheme: 'ftp' } } }),
    `${P}.handler.httpGet.scheme: "ftp" is not one of HTTP, HTTPS`,
  ],
  [
    'a mode that is not octal',
    withSpec({ storage: { configMapVolume: [{ configMap: 'c', mountPath: '/c', defaultMode: '999' }] } }),
    'spec.storage.configMapVolume[0].defaultMode: "999" must be an octal mode such as "0644"',
  ],
  [
    'no time to start',
    withSpec({ servingConfiguration: { initializationTimeoutSeconds: 0 } }),
    'spec.servingConfiguration.initializationTimeoutSeconds: must be at least 1',
  ],
];

describe('the shape of a request', () => {
  it.each(REFUSED)('refuses %s', (_what, body, violation) => expect(reported(body)).toEqual([violation]));

  it.each([
    ['the full example', EXAMPLES.inference],
    ['a project by number', { ...EXAMPLES.inference, projectId: 1 }],
    ['no spec at all', { ...EXAMPLES.inference, spec: null }],
    ['unknown fields', withSpec({ hologram: [1] })],
    ['the longest retention', scaling({ scaleToZeroRetentionSeconds: 3600 })],
    ['a metric of one’s own', scaling({ metric: 'ns:queue_depth' })],
    [
      'number or text as quantity of an extended resource',
      withSpec({ compute: { extendedResources: [{ quantity: 2 }] } }),
    ],
  ])('takes %s', (_what, body) => expect(reported(body)).toEqual([]));

  it('reports all violations at once', () => {
    expect(reported({ spec: { image: 1, command: '' } })).toEqual([
      ...['name', 'projectId', 'clusterId'].map((field) => `${field}: ${MISSING}`),
      'spec.command: must not be empty',
      'spec.image: must be text',
    ]);
  });
});
