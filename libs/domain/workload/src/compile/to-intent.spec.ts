import type { InferenceSpec } from '../spec';
import { toIntent } from './to-intent';

const omittedOf = (spec: InferenceSpec): readonly string[] =>
  toIntent(spec).ignoredFields.map(({ field }) => field);
const gpuOf = (compute: InferenceSpec['compute']) => toIntent({ compute }).intent.resources.gpu;

describe('GPU requests', () => {
  it.each([
    [{}, { kind: 'none' }],
    [{ gpuDevicesRequest: 3 }, { kind: 'whole', devices: 3 }],
    [{ gpuDevicesRequest: 0, gpuRequestType: 'portion' as const, gpuPortionRequest: 0.5 }, { kind: 'none' }],
    [
      { gpuRequestType: 'portion' as const, gpuPortionRequest: 0.07 },
      { kind: 'portion', devices: 1, milliGpu: 70 },
    ],
    [
      { gpuDevicesRequest: 2, gpuRequestType: 'portion' as const, gpuPortionRequest: 1 },
      { kind: 'whole', devices: 2 },
    ],
    [
      { gpuDevicesRequest: 1, gpuRequestType: 'portion' as const, gpuPortionRequest: 4 },
      { kind: 'whole', devices: 4 },
    ],
    [
      { gpuRequestType: 'memory' as const, gpuMemoryRequest: '10M', gpuMemoryLimit: '1Gi' },
      { kind: 'memory', devices: 1, memoryMiB: 10, limitMemoryMiB: 1024 },
    ],
    [
      { gpuRequestType: 'migProfile' as const, migProfile: '1g.5gb' },
      { kind: 'mig', profile: '1g.5gb' },
    ],
  ])('%j is %j', (compute, gpu) => expect(gpuOf(compute)).toEqual(gpu));

  it('reports the fields that the request type disables', () => {
    const compute = {
      gpuRequestType: 'memory',
      gpuMemoryRequest: '1G',
      gpuPortionRequest: 0.5,
      migProfile: '1g.5gb',
    } as const;
    expect(omittedOf({ compute })).toEqual(['spec.compute.gpuPortionRequest', 'spec.compute.migProfile']);
  });
});

describe('environment', () => {
  const variable = (fields: object) => toIntent({ environmentVariables: [{ name: 'A', ...fields }] });

  it('takes the secret instead of the value', () => {
    const { intent, ignoredFields } = variable({
      value: 'x',
      secret: { name: 'good', key: 'k' },
    });
    expect(intent.container.env).toEqual([{ name: 'A', from: 'secret', object: 'good', key: 'k' }]);
    expect(ignoredFields).toEqual([
      { field: 'spec.environmentVariables[0].value', reason: 'the secret is used instead' },
    ]);
  });

  it('takes the value when the name of the secret is invalid', () => {
    const { intent, ignoredFields } = variable({
      value: 'x',
      secret: { name: 'not_good', key: 'k' },
    });
    expect(intent.container.env).toEqual([{ name: 'A', from: 'value', value: 'x' }]);
    expect(ignoredFields.map(({ field }) => field)).toEqual(['spec.environmentVariables[0].secret']);
  });

  it('skips excluded items and nulls, and keeps the positions of the others', () => {
    const spec: InferenceSpec = {
      environmentVariables: [
        null,
        { name: 'A', exclude: true },
        { name: 'B', value: '1', secret: { name: 's', key: 'k' } },
      ],
    };
    expect(toIntent(spec).intent.container.env.map(({ name }) => name)).toEqual(['B']);
    expect(omittedOf(spec)).toEqual(['spec.environmentVariables[2].value']);
  });
});

describe('volumes', () => {
  const storage = (fields: InferenceSpec['storage']) => toIntent({ storage: fields });

  it('ignores a second mount at the same path and git without a repository', () => {
    const { intent, ignoredFields } = storage({
      configMapVolume: [{ configMap: 'c', mountPath: '/same/' }],
      secretVolume: [
        { secret: 's', mountPath: '/same' },
        { secret: 't', mountPath: '/other' },
      ],
      git: [{ path: '/git' }],
    });
    expect(intent.storage.volumes.map(({ volumeName, mountPath }) => [volumeName, mountPath])).toEqual([
      ['vol-0', '/same/'],
      ['vol-1', '/other'],
    ]);
    expect(ignoredFields.map(({ field }) => field)).toEqual([
      'spec.storage.git[0]',
      'spec.storage.secretVolume[0]',
    ]);
  });

  it('gives a claim its defaults', () => {
    const { intent } = storage({ pvc: [{ path: '/d', claimInfo: { size: '1G' } }] });
    expect(intent.storage.volumes).toEqual([
      {
        kind: 'pvc',
        volumeName: 'vol-0',
        mountPath: '/d',
        readOnly: false,
        existing: false,
        ephemeral: false,
        sizeMiB: 954,
        accessModes: ['ReadWriteOnce'],
        block: false,
      },
    ]);
  });
});

describe('scaling', () => {
  const scaling = (fields: InferenceSpec['autoscaling']) => toIntent({ autoscaling: fields });

  it.each([
    [undefined, { minReplicas: 1, maxReplicas: 1, initialReplicas: 1 }],
    [{ minReplicas: 0 }, { minReplicas: 0, maxReplicas: 1, initialReplicas: 1, metric: 'activity' }],
    [{ minReplicas: 2 }, { minReplicas: 2, maxReplicas: 2, initialReplicas: 2 }],
    [
      { minReplicas: 0, maxReplicas: 1, initialReplicas: 0 },
      { initialReplicas: 0, metric: 'activity' },
    ],
    [
      { minReplicas: 1, maxReplicas: 4, initialReplicas: 9, metric: 'latency', metricThreshold: 200 },
      { initialReplicas: 4, metric: { name: 'latency', threshold: 200 } },
    ],
    [
      {
        minReplicas: 1,
        maxReplicas: 4,
        metric: 'throughput',
        metricThreshold: 10,
        metricThresholdPercentage: 70,
      },
      { metric: { name: 'throughput', threshold: 10, targetPercent: 70 } },
    ],
    [
      {
        scaleToZeroRetentionSeconds: 9,
        metric: 'throughput',
        metricThreshold: 10,
        tessera: {
          schedules: [
            {
              start: '0 20 * * *',
              end: '0 7 * * *',
              timeZone: 'Europe/Berlin',
              minReplicas: 0,
              maxReplicas: 2,
            },
            null,
            { name: 'peak', start: '0 12 * * *', durationSeconds: 600, timeZone: 'UTC', minReplicas: 3 },
          ],
        },
      },
      {
        minReplicas: 1,
        maxReplicas: 1,
        metric: { name: 'throughput', threshold: 10 },
        scaleToZeroRetentionMs: 9_000,
        schedules: [
          {
            name: '0 20 * * * Europe/Berlin',
            start: '0 20 * * *',
            until: { end: '0 7 * * *' },
            timeZone: 'Europe/Berlin',
            minReplicas: 0,
            maxReplicas: 2,
          },
          {
            name: 'peak',
            start: '0 12 * * *',
            until: { afterMs: 600_000 },
            timeZone: 'UTC',
            minReplicas: 3,
          },
        ],
      },
    ],
  ])('%j is %j', (given, want) => expect(scaling(given).intent.scaling).toMatchObject(want));

  it('reports the fields without effect between zero and one replica', () => {
    const fields = {
      minReplicas: 0,
      maxReplicas: 1,
      metric: 'throughput',
      metricThreshold: 0,
      scaleToZeroRetentionSeconds: 60,
    };
    const { intent, ignoredFields } = scaling(fields);
    expect(intent.scaling.scaleToZeroRetentionMs).toBe(60_000);
    expect(ignoredFields.map(({ field }) => field)).toEqual([
      'spec.autoscaling.metric',
      'spec.autoscaling.metricThreshold',
    ]);
  });
});

describe('the rest', () => {
  it('takes ids only where they do not come from the image', () => {
    const ids = { runAsUid: 500, runAsGid: 30, supplementalGroups: '2,3' };
    expect(toIntent({ security: { ...ids, uidGidSource: 'custom' } }).intent.security).toMatchObject({
      runAsUid: 500,
      runAsGid: 30,
      supplementalGroups: [2, 3],
    });
    expect(omittedOf({ security: { ...ids, runAsNonRoot: true } })).toEqual([
      'spec.security.runAsUid',
      'spec.security.runAsGid',
      'spec.security.supplementalGroups',
    ]);
  });

  it('keeps seconds of a toleration with NoExecute, and turns the effect Any into none', () => {
    const { intent } = toIntent({
      tolerations: [
        { operator: 'Exists', key: 'k', effect: 'NoExecute', seconds: 3 },
        { operator: 'Exists', key: 'k', effect: 'Any' },
      ],
    });
    expect(intent.placement.tolerations).toEqual([
      { operator: 'Exists', key: 'k', effect: 'NoExecute', seconds: 3 },
      { operator: 'Exists', key: 'k' },
    ]);
  });

  it('gives a probe the serving port and the root path', () => {
    const { intent } = toIntent({
      servingPort: { container: 9000 },
      probes: { readiness: { handler: { httpGet: {} } } },
    });
    expect(intent.container.readiness).toEqual({ path: '/', port: 9000, scheme: 'HTTP' });
  });

  it('gives a container that asks for nothing a tenth of a core and 100 MB, never more than its limits', () => {
    expect(toIntent({}).intent.resources).toMatchObject({ cpuMilli: 100, memoryMiB: 96 });
    expect(
      toIntent({ compute: { cpuCoreLimit: 0.05, cpuMemoryLimit: '10Mi' } }).intent.resources,
    ).toMatchObject({
      cpuMilli: 50,
      memoryMiB: 10,
    });
  });

  it.each([
    [{ servingConfiguration: { initializationTimeoutSeconds: 90 } }, 90_000],
    [{ autoscaling: { initializationTimeoutSeconds: 60 } }, 60_000],
    [
      {
        autoscaling: { initializationTimeoutSeconds: 60 },
        servingConfiguration: { initializationTimeoutSeconds: 90 },
      },
      90_000,
    ],
    [{}, undefined],
  ])('has the time to initialise at either place: %j', (spec, ms) => {
    expect(toIntent(spec).intent.network.initializationTimeoutMs).toBe(ms);
  });
});
