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

const S = `${A}.tessera.schedules`;
const RATED = { metric: 'throughput', metricThreshold: 5 } as const;
const NINE_TO_SIX = {
  start: '0 9 * * 1-5',
  end: '0 18 * * 1-5',
  timeZone: 'Europe/Berlin',
  minReplicas: 2,
} as const;
const RANGE = { ...NINE_TO_SIX, minReplicas: 2, maxReplicas: 5 } as const;
type Schedule = Parameters<typeof scheduled>[1];
const scheduled = (
  own: NonNullable<InferenceSpec['autoscaling']>,
  ...schedules: NonNullable<
    NonNullable<NonNullable<InferenceSpec['autoscaling']>['tessera']>['schedules']
  >[number][]
): InferenceSpec => scaling({ ...own, tessera: { schedules } });
const changed = (change: Schedule): InferenceSpec =>
  scheduled({ maxReplicas: 1 }, { ...NINE_TO_SIX, ...change });

const SCHEDULES: readonly Refused[] = [
  ...[
    { minReplicas: 1_000 },
    { start: '*/15 8-18 * JAN-JUN MON,FRI' },
    { end: undefined, durationSeconds: 3_600 },
    { minReplicas: undefined, maxReplicas: 1 },
    { timeZone: 'UTC', name: 'office' },
    { start: '0 9 L * *' },
  ].map((change): Refused => [`nothing of ${JSON.stringify(change)}`, changed(change)]),
  ['nothing of a list with a hole', scheduled({ maxReplicas: 1 }, null, NINE_TO_SIX)],
  ['nothing of a schedule of a range with a metric', scheduled({ ...RATED, maxReplicas: 1 }, RANGE)],
  ...(
    [
      ['at nine', 'it must have five fields: minute, hour, day of the month, month, day of the week'],
      ['0 0 9 * * 1', 'it must have five fields: minute, hour, day of the month, month, day of the week'],
      [
        '2025-01-01T00:00:00',
        'it must have five fields: minute, hour, day of the month, month, day of the week',
      ],
      ['@daily', 'it must have five fields: minute, hour, day of the month, month, day of the week'],
      ['61 9 * * *', 'Invalid value for minute: 61'],
      ['0 0 31 2 *', 'no day matches it'],
    ] as const
  ).flatMap(([text, problem]): Refused[] => [
    [
      `a start ${text}`,
      changed({ start: text }),
      `${S}[0].start: "${text}" is not a cron expression: ${problem}`,
    ],
    [`an end ${text}`, changed({ end: text }), `${S}[0].end: "${text}" is not a cron expression: ${problem}`],
  ]),
  ...['Berlin', '+01:00', 'Europe/Berlin '].map((timeZone): Refused => [
    `a time zone "${timeZone}"`,
    changed({ timeZone }),
    `${S}[0].timeZone: "${timeZone}" is not a time zone; write an IANA name such as Europe/Berlin`,
  ]),
  [
    'a schedule without anything',
    scheduled({ maxReplicas: 1 }, {}),
    `${S}[0].start: ${MISSING}`,
    `${S}[0].timeZone: ${MISSING}`,
    `${S}[0].end: ${MISSING}: a schedule needs end or durationSeconds`,
    `${S}[0].minReplicas: ${MISSING}: a schedule needs minReplicas or maxReplicas`,
  ],
  [
    'an end and a duration',
    changed({ durationSeconds: 60 }),
    `${S}[0].durationSeconds: give either end or durationSeconds, not both`,
  ],
  [
    'a minimum above the maximum',
    changed({ minReplicas: 3, maxReplicas: 2 }),
    `${S}[0].maxReplicas: must not be less than minReplicas (3), not 2`,
  ],
  [
    'a wrong schedule beside wrong bounds of the workload',
    scheduled({ minReplicas: 3, maxReplicas: 2 }, { ...NINE_TO_SIX, timeZone: 'Berlin' }),
    `${S}[0].timeZone: "Berlin" is not a time zone; write an IANA name such as Europe/Berlin`,
    `${A}.maxReplicas: must not be less than minReplicas (3), not 2`,
  ],
  [
    'a range that nothing decides on',
    scheduled({ maxReplicas: 1 }, NINE_TO_SIX, RANGE),
    `${A}.metric: ${MISSING}: it is mandatory when minReplicas is less than maxReplicas, as in tessera.schedules[1]`,
  ],
  [
    'zero by latency',
    scheduled(
      { minReplicas: 1, maxReplicas: 3, metric: 'latency', metricThreshold: 5 },
      { ...NINE_TO_SIX, minReplicas: 0 },
    ),
    `${A}.metric: minReplicas 0 needs the metric throughput or concurrency, not latency`,
  ],
  [
    'a metric for a schedule alone, without its threshold',
    scheduled({ maxReplicas: 1, metric: 'throughput' }, RANGE),
    `${A}.metricThreshold: ${MISSING}: it is mandatory with metric`,
  ],
];

const violationsOf = (spec: InferenceSpec): readonly string[] =>
  specViolations({ image: 'python:3.8', ...spec }).map(({ field, message }) => `${field}: ${message}`);

describe.each([
  ['compute', COMPUTE],
  ['autoscaling', AUTOSCALING],
  ['schedules', SCHEDULES],
])('rules of %s', (_part, table) => {
  it.each(table.map(([what, spec, ...violations]) => ({ what, spec, violations })))(
    'refuse $what',
    ({ spec, violations }) => expect(violationsOf(spec)).toEqual(violations),
  );
});
