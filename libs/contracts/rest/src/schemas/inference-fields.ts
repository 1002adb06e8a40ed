import { z } from 'zod';
import { MAX_REPLICAS } from '@tessera/domain-workload';
import { ITEMS, LENGTH } from './bounds';
import { anyText, bounded, exclude, fields, flag, items, port, Quantity, text, texts } from './primitives';

/** Capabilities that a container may request. */
export const CAPABILITIES = [
  'AUDIT_CONTROL',
  'AUDIT_READ',
  'AUDIT_WRITE',
  'BLOCK_SUSPEND',
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'IPC_LOCK',
  'IPC_OWNER',
  'KILL',
  'LEASE',
  'LINUX_IMMUTABLE',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'MKNOD',
  'NET_ADMIN',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_RAW',
  'SETGID',
  'SETFCAP',
  'SETPCAP',
  'SETUID',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_CHROOT',
  'SYS_MODULE',
  'SYS_NICE',
  'SYS_PACCT',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'SYSLOG',
  'WAKE_ALARM',
] as const;

export const MIG_PROFILES = [
  '1g.5gb',
  '1g.10gb',
  '2g.10gb',
  '2g.20gb',
  '3g.20gb',
  '3g.40gb',
  '4g.20gb',
  '4g.40gb',
  '7g.40gb',
  '7g.80gb',
] as const;

const quantity = (example: string) => Quantity.nullish().meta({ example });
const cores = (example: number) => z.number().nullish().meta({ example });

/** A number of pieces: text in answers, text or number in requests (its example shows a number). */
export const Pieces = z
  .union([z.string().min(1).meta({ maxLength: LENGTH.quantity }), z.number()])
  .transform(String)
  .pipe(z.string().max(LENGTH.quantity));

export const Compute = fields({
  gpuDevicesRequest: z.int32().nullish().meta({ example: 1 }),
  gpuRequestType: z.enum(['portion', 'memory', 'migProfile']).nullish(),
  gpuPortionRequest: cores(0.5),
  gpuPortionLimit: cores(0.5),
  gpuMemoryRequest: quantity('10M'),
  gpuMemoryLimit: quantity('10M'),
  migProfile: z.enum(MIG_PROFILES).nullish(),
  cpuCoreRequest: cores(0.5),
  cpuCoreLimit: cores(2),
  cpuMemoryRequest: quantity('20M'),
  cpuMemoryLimit: quantity('30M'),
  largeShmRequest: flag(),
  extendedResources: items(ITEMS.extendedResources, {
    resource: text('hardware-vendor.example/foo'),
    quantity: Pieces.nullish().meta({ example: '2' }),
    ...exclude,
  }),
});

export const Security = fields({
  uidGidSource: z.enum(['fromTheImage', 'fromIdpToken', 'custom']).nullish(),
  capabilities: z
    .array(z.enum(CAPABILITIES))
    .max(ITEMS.capabilities)
    .nullish()
    .meta({ example: ['CHOWN', 'KILL'] }),
  seccompProfileType: z.enum(['RuntimeDefault', 'Unconfined', 'Localhost']).nullish(),
  runAsNonRoot: flag(),
  readOnlyRootFilesystem: flag(),
  runAsUid: z.int().nullish().meta({ example: 500 }),
  runAsGid: z.int().nullish().meta({ example: 30 }),
  supplementalGroups: anyText('2,3,5,8', LENGTH.groups),
});

export const ServingPort = fields({
  container: port.nullish().meta({ example: 8080 }),
  protocol: z.enum(['http', 'grpc']).nullish(),
  authorizationType: z
    .enum(['public', 'authenticatedUsers', 'authorizedUsers', 'authorizedGroups', 'authorizedUsersOrGroups'])
    .nullish(),
  authorizedUsers: texts(ITEMS.authorized).nullish(),
  authorizedGroups: texts(ITEMS.authorized).nullish(),
  clusterLocalAccessOnly: flag(),
  exposedUrl: text('https://my-model.my-company.com', LENGTH.url),
  tessera: fields({
    forwardToken: flag(false).describe(
      'Whether the model receives the token of its caller (`Authorization`), with which it can act as the caller. Only for projects for which the operator allows it (`TESSERA_GATEWAY_TOKEN_PROJECTS`).',
    ),
  }).describe('Fields of Tessera, which other servers of this API do not know.'),
});

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const replicas = (least: number) => z.int32().min(least).max(MAX_REPLICAS).nullish();
const WEEK_SECONDS = 604_800;
const delay = z.int32().min(0).max(3600).nullish();

/** Longer cron expressions name single minutes, which ranges do in fewer characters. */
const CRON = 256;
const cron = (example: string) => bounded(CRON).nullish().meta({ example });

const replicaSchedules = items(ITEMS.schedules, {
  name: text('working hours', LENGTH.label).describe('Named by conditions and events.'),
  start: cron('0 9 * * 1-5').describe(
    'Cron expression of its starts: minute, hour, day of the month, month, day of the week.',
  ),
  end: cron('0 18 * * 1-5').describe('It ends at the first time of this expression after its start.'),
  durationSeconds: z
    .int32()
    .min(60)
    .max(WEEK_SECONDS)
    .nullish()
    .describe('Instead of `end`: duration from its start, seconds.')
    .meta({ example: 32_400 }),
  timeZone: text('Europe/Berlin', LENGTH.label).describe(
    'IANA time zone of both expressions, with its daylight saving time.',
  ),
  minReplicas: replicas(0).describe(
    'Replaces that of the workload; raises the maximum to it where the schedule sets none.',
  ),
  maxReplicas: replicas(1).describe('Replaces that of the workload.'),
}).describe(
  'Minimum and maximum by time. Of several active schedules the largest minimum and the largest maximum count.',
);

export const Autoscaling = fields({
  minReplicas: replicas(0),
  maxReplicas: replicas(1),
  metric: bounded(LENGTH.name)
    .regex(
      METRIC,
      'is not the name of a metric; use throughput, concurrency, latency or the name of a Prometheus metric',
    )
    .nullish()
    .meta({ example: 'throughput', examples: ['throughput', 'concurrency', 'latency'] }),
  metricThreshold: z.int32().nullish(),
  metricThresholdPercentage: z.number().min(1).max(100).nullish(),
  scaleToZeroRetentionSeconds: delay,
  initialReplicas: replicas(0),
  activationReplicas: replicas(1),
  concurrencyHardLimit: z.int32().min(0).nullish(),
  scaleDownDelaySeconds: delay,
  initializationTimeoutSeconds: z.int32().min(1).nullish(),
  tessera: fields({
    keepAlive: z
      .enum(['fixed', 'adaptive'])
      .nullish()
      .describe(
        '`adaptive` learns from the idle times of the workload how long the last replica is worth keeping, at least scaleToZeroRetentionSeconds; `fixed` (default) keeps it for one stable window and that time. Only with minReplicas 0.',
      )
      .meta({ example: 'adaptive' }),
    schedules: replicaSchedules,
  }).describe('Fields of Tessera, which other servers of this API do not know.'),
});
