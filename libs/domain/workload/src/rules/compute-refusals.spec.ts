import type { InferenceSpec } from '../spec';
import { specViolations } from './spec-violations';

const MISSING = 'Required parameter is missing';
type Refused = readonly [what: string, spec: InferenceSpec, ...violations: string[]];

const C = 'spec.compute';
const A = 'spec.autoscaling';
const compute = (fields: InferenceSpec['compute']): InferenceSpec => ({ compute: fields });
const portion = (fields: object) => compute({ gpuRequestType: 'portion', ...fields });
const memory = (fields: object) => compute({ gpuRequestType: 'memory', ...fields });
const scaling = (fields: InferenceSpec['autoscaling']): InferenceSpec => ({ autoscaling: fields });

const COMPUTE: readonly Refused[] = [
  ['a portion without its size', portion({}), `${C}.gpuPortionRequest: ${MISSING}`],
  ['a portion of 0', portion({ gpuPortionRequest: 0 }), `${C}.gpuPortionRequest: must be more than 0, not 0`],
  [
    'a negative portion',
    portion({ gpuPortionRequest: -0.5 }),
    `${C}.gpuPortionRequest: must be more than 0, not -0.5`,
  ],
  [
    'a portion of one and a half',
    portion({ gpuPortionRequest: 1.5 }),
    `${C}.gpuPortionRequest: must be at most 1 (the share of one device), not 1.5`,
  ],
  [
    'a portion above 1 of several devices',
    portion({ gpuDevicesRequest: 2, gpuPortionRequest: 3 }),
    `${C}.gpuPortionRequest: must be at most 1 with 2 devices, not 3`,
  ],
  [
    'more devices as a portion than can be counted',
    portion({ gpuPortionRequest: 1e300 }),
    `${C}.gpuPortionRequest: must be at most 2147483647, not 1e+300`,
  ],
  [
    'a portion limit below the request',
    portion({ gpuPortionRequest: 0.5, gpuPortionLimit: 0.4 }),
    `${C}.gpuPortionLimit: must not be less than gpuPortionRequest`,
  ],
  [
    'a portion limit above 1',
    portion({ gpuPortionRequest: 0.5, gpuPortionLimit: 1.1 }),
    `${C}.gpuPortionLimit: must be at most 1 (the share of one device), not 1.1`,
  ],
  ['memory without its size', memory({}), `${C}.gpuMemoryRequest: ${MISSING}`],
  ['memory 0', memory({ gpuMemoryRequest: '0' }), `${C}.gpuMemoryRequest: must be more than 0, not "0"`],
  [
    'negative memory',
    memory({ gpuMemoryRequest: '-1' }),
    `${C}.gpuMemoryRequest: must be more than 0, not "-1"`,
  ],
  [
    'memory that is no quantity',
    memory({ gpuMemoryRequest: 'abc' }),
    `${C}.gpuMemoryRequest: "abc" is not a quantity; write for example 500M or 2Gi`,
  ],
  [
    'thousandths of a byte',
    memory({ gpuMemoryRequest: '512m' }),
    `${C}.gpuMemoryRequest: "512m" is a part of a byte; did you mean "512M" or "512Mi"?`,
  ],
  [
    'half a byte',
    compute({ cpuMemoryLimit: '0.5' }),
    `${C}.cpuMemoryLimit: "0.5" is less than a byte; did you mean "0.5G" or "0.5Gi"?`,
  ],
  ['memory beyond 64 bits', memory({ gpuMemoryRequest: '8Ei' }), `${C}.gpuMemoryRequest: "8Ei" is too large`],
  [
    'a memory limit below the request',
    memory({ gpuMemoryRequest: '2G', gpuMemoryLimit: '1Gi' }),
    `${C}.gpuMemoryLimit: must not be less than gpuMemoryRequest`,
  ],
  [
    'memory of several devices',
    memory({ gpuDevicesRequest: 2, gpuMemoryRequest: '1G' }),
    `${C}.gpuDevicesRequest: several devices can be requested by portion only, not with gpuRequestType memory`,
  ],
  [
    'a MIG profile without its name',
    compute({ gpuRequestType: 'migProfile' }),
    `${C}.migProfile: ${MISSING}`,
  ],
  [
    'a MIG profile on several devices',
    compute({ gpuDevicesRequest: 2, gpuRequestType: 'migProfile', migProfile: '1g.5gb' }),
    `${C}.gpuDevicesRequest: several devices can be requested by portion only, not with gpuRequestType migProfile`,
  ],
  [
    'negative devices',
    compute({ gpuDevicesRequest: -1 }),
    `${C}.gpuDevicesRequest: must be at least 0, not -1`,
  ],
  ['negative cores', compute({ cpuCoreRequest: -0.1 }), `${C}.cpuCoreRequest: must be at least 0, not -0.1`],
  ['a negative core limit', compute({ cpuCoreLimit: -1 }), `${C}.cpuCoreLimit: must be at least 0, not -1`],
  [
    'more cores than can be counted',
    compute({ cpuCoreLimit: 1e300 }),
    `${C}.cpuCoreLimit: must be at most 1000000000000, not 1e+300`,
  ],
  [
    'a core limit below the request',
    compute({ cpuCoreRequest: 2, cpuCoreLimit: 1 }),
    `${C}.cpuCoreLimit: must not be less than cpuCoreRequest`,
  ],
  ['CPU memory 0', compute({ cpuMemoryRequest: '0' }), `${C}.cpuMemoryRequest: must be more than 0, not "0"`],
  [
    'a CPU memory limit below the request',
    compute({ cpuMemoryRequest: '30M', cpuMemoryLimit: '20M' }),
    `${C}.cpuMemoryLimit: must not be less than cpuMemoryRequest`,
  ],
  [
    'an extended resource without name and number',
    compute({ extendedResources: [{}] }),
    `${C}.extendedResources[0].resource: ${MISSING}`,
    `${C}.extendedResources[0].quantity: ${MISSING}`,
  ],
  [
    'half of an extended resource',
    compute({ extendedResources: [{ resource: 'a.example/foo', quantity: '0.5' }] }),
    `${C}.extendedResources[0].quantity: must be a whole number, not "0.5"`,
  ],
  ...['foo', 'kubernetes.io/foo', 'a b/c'].map((resource): Refused => [
    `an extended resource named ${resource}`,
    compute({ extendedResources: [{ resource, quantity: '1' }] }),
    `${C}.extendedResources[0].resource: "${resource}" is not the name of an extended resource; write <domain>/<name>`,
  ]),
];

const AUTOSCALING: readonly Refused[] = [
  [
    'fewer replicas at most than at least',
    scaling({ minReplicas: 3, maxReplicas: 1 }),
    `${A}.maxReplicas: must not be less than minReplicas (3), not 1`,
  ],
  ...(
    [
      [0, 2],
      [1, 3],
    ] as const
  ).map(([minReplicas, maxReplicas]): Refused => [
    `${minReplicas} to ${maxReplicas} without a metric`,
    scaling({ minReplicas, maxReplicas }),
    `${A}.metric: ${MISSING}: it is mandatory when minReplicas is less than maxReplicas`,
  ]),
  ...['latency', 'queue_depth'].map((metric): Refused => [
    `zero to three by ${metric}`,
    scaling({ minReplicas: 0, maxReplicas: 3, metric, metricThreshold: 5 }),
    `${A}.metric: minReplicas 0 needs the metric throughput or concurrency, not ${metric}`,
  ]),
  [
    'a metric without a threshold',
    scaling({ minReplicas: 1, maxReplicas: 3, metric: 'throughput' }),
    `${A}.metricThreshold: ${MISSING}: it is mandatory with metric`,
  ],
  ...[0, -1].map((metricThreshold): Refused => [
    `a threshold of ${metricThreshold}`,
    scaling({ minReplicas: 1, maxReplicas: 3, metric: 'throughput', metricThreshold }),
    `${A}.metricThreshold: must be more than 0, not ${metricThreshold}`,
  ]),
];

const violationsOf = (spec: InferenceSpec): readonly string[] =>
  specViolations({ image: 'python:3.8', ...spec }).map(({ field, message }) => `${field}: ${message}`);

describe.each([
  ['compute', COMPUTE],
  ['autoscaling', AUTOSCALING],
])('rules of %s', (_part, table) => {
  it.each(table.map(([what, spec, ...violations]) => ({ what, spec, violations })))(
    'refuse $what',
    ({ spec, violations }) => expect(violationsOf(spec)).toEqual(violations),
  );
});
