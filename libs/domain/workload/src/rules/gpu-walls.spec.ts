import { toIntent } from '../compile/to-intent';
import type { InferenceSpec } from '../spec';
import type { GpuMemoryEnforcement } from './gpu-names';
import { specViolations } from './spec-violations';

const MODES: readonly GpuMemoryEnforcement[] = ['none', 'hami-core', 'nv-fractions'];
const HALF = { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.5 } as const;
const named = (name: string, more: object = { value: 'v' }): InferenceSpec => ({
  image: 'i',
  environmentVariables: [{ name, ...more }],
});
const fieldsOf = (spec: InferenceSpec, gpuMemoryEnforcement: GpuMemoryEnforcement): readonly string[] =>
  specViolations(spec, { gpuMemoryEnforcement }).map(({ field }) => field);
const keptOf = (spec: InferenceSpec, gpuMemoryEnforcement: GpuMemoryEnforcement): readonly string[] =>
  toIntent(spec, {}, { gpuMemoryEnforcement }).intent.container.env.map(({ name }) => name);

describe('variables that choose devices', () => {
  const always = [
    'NVIDIA_VISIBLE_DEVICES',
    'NVIDIA_MIG_CONFIG_DEVICES',
    'NVIDIA_MIG_MONITOR_DEVICES',
    'NVIDIA_IMEX_CHANNELS',
    'NVIDIA_GDRCOPY',
    'DOCKER_RESOURCE_GPU',
  ];

  it.each(always)('%s is refused in every mode, with and without a GPU', (name) => {
    for (const mode of MODES)
      for (const compute of [{}, HALF, { gpuDevicesRequest: 1 }]) {
        expect(fieldsOf({ ...named(name), compute }, mode)).toEqual(['spec.environmentVariables[0].name']);
        expect(keptOf({ ...named(name), compute }, mode)).toEqual([]);
      }
  });

  it.each([
    ['a value', { value: 'all' }],
    ['a secret', { secret: { name: 's', key: 'k' } }],
    ['a config map', { configMap: { name: 'c', key: 'k' } }],
    ['a credential', { userCredential: { name: 'u', key: 'k' } }],
    ['a field of the pod', { podFieldRef: { path: 'metadata.name' } }],
    ['nothing', {}],
  ])('are refused where they come from %s', (_what, source) => {
    const spec = named('NVIDIA_VISIBLE_DEVICES', source);
    expect(fieldsOf(spec, 'none')).toEqual(['spec.environmentVariables[0].name']);
    expect(keptOf(spec, 'none')).toEqual([]);
  });

  it.each([
    'CUDA_VISIBLE_DEVICES',
    'NVIDIA_DRIVER_CAPABILITIES',
    'nvidia_visible_devices',
    'LD_LIBRARY_PATH',
  ])('%s is free: it opens nothing', (name) => {
    for (const mode of MODES) {
      expect(fieldsOf({ ...named(name), compute: HALF }, mode)).toEqual([]);
      expect(keptOf({ ...named(name), compute: HALF }, mode)).toEqual([name]);
    }
  });
});

describe('variables that change a share', () => {
  const limits: readonly (readonly [GpuMemoryEnforcement, string])[] = [
    ...[
      'CUDA_DEVICE_MEMORY_LIMIT',
      'CUDA_DEVICE_MEMORY_LIMIT_0',
      'CUDA_DEVICE_SM_LIMIT',
      'CUDA_DEVICE_SM_LIMIT_1',
      'CUDA_DEVICE_MEMORY_SHARED_CACHE',
      'CUDA_DISABLE_CONTROL',
      'CUDA_OVERSUBSCRIBE',
      'CUDA_TASK_PRIORITY',
      'GPU_CORE_UTILIZATION_POLICY',
      'ACTIVE_OOM_KILLER',
      'LD_PRELOAD',
      'LD_AUDIT',
    ].map((name) => ['hami-core', name] as const),
    ...['NVIDIA_GPU_MEMORY_LIMIT', 'NVIDIA_GPU_MEMORY_REQUEST', 'CUDA_MPS_PIPE_DIRECTORY'].map(
      (name) => ['nv-fractions', name] as const,
    ),
  ];

  it.each(limits)('in the mode %s, %s is refused and left out where a device is shared', (mode, name) => {
    const spec = { ...named(name), compute: HALF };
    expect(specViolations(spec, { gpuMemoryEnforcement: mode })).toEqual([
      {
        field: 'spec.environmentVariables[0].name',
        message: expect.stringContaining(`${name} cannot be set by a workload that shares a GPU`),
      },
    ]);
    expect(toIntent(spec, {}, { gpuMemoryEnforcement: mode })).toMatchObject({
      intent: { container: { env: [] } },
      ignoredFields: [{ field: 'spec.environmentVariables[0]', refused: true }],
    });
  });

  it.each(limits)('outside the mode %s, %s is free', (mode, name) => {
    for (const other of MODES.filter((one) => one !== mode))
      expect(fieldsOf({ ...named(name), compute: HALF }, other)).toEqual([]);
  });

  it.each(limits)('in the mode %s, %s is free where nothing is shared', (mode, name) => {
    for (const compute of [{}, { gpuDevicesRequest: 1 }])
      expect(fieldsOf({ ...named(name), compute }, mode)).toEqual([]);
  });

  it('are refused where it is not known whether a device is shared, such as in the defaults of a policy', () => {
    const settings = { gpuMemoryEnforcement: 'hami-core', sharesDevices: true } as const;
    expect(specViolations(named('LD_PRELOAD'), settings)).toHaveLength(1);
  });
});

describe('the variable with the allocated share', () => {
  const spec = { ...named('GPU_PORTION'), compute: HALF };

  it('is accepted, and ignored with a report where a device is shared', () => {
    expect(fieldsOf(spec, 'none')).toEqual([]);
    const { intent, ignoredFields } = toIntent(spec);
    expect(intent.container.env).toEqual([]);
    expect(ignoredFields).toEqual([
      {
        field: 'spec.environmentVariables[0]',
        reason: 'the platform sets it to the allocated share of a GPU',
      },
    ]);
  });

  it('is the user’s where nothing is shared', () =>
    expect(keptOf(named('GPU_PORTION'), 'none')).toHaveLength(1));
});

describe('other ways to devices', () => {
  it.each(['nvidia.com/gpu', 'nvidia.com/gpu.shared', 'nvidia.com/gpumem', 'nvidia.com/mig-1g.10gb'])(
    '%s is no extended resource',
    (resource) => {
      const spec = { image: 'i', compute: { extendedResources: [{ resource, quantity: '1' }] } };
      expect(fieldsOf(spec, 'none')).toEqual(['spec.compute.extendedResources[0].resource']);
      expect(toIntent(spec)).toMatchObject({
        intent: { resources: { extended: {} } },
        ignoredFields: [{ field: 'spec.compute.extendedResources[0]', refused: true }],
      });
    },
  );

  it('other resources of the same vendor are', () => {
    const extendedResources = [{ resource: 'nvidia.com/hostdev', quantity: '1' }];
    expect(fieldsOf({ image: 'i', compute: { extendedResources } }, 'none')).toEqual([]);
  });

  const LIST = '/var/run/nvidia-container-devices';
  it.each([
    ['configMapVolume', { configMap: 'c', mountPath: `${LIST}/all` }, 'mountPath'],
    ['secretVolume', { secret: 's', mountPath: `${LIST}/all` }, 'mountPath'],
    ['emptyDirVolume', { path: '/var//run/./nvidia-container-devices/all' }, 'path'],
    ['pvc', { existingPvc: true, claimName: 'c', path: LIST }, 'path'],
    [
      'git',
      { repository: 'https://g.example/r', path: `/x/../var/run/nvidia-container-devices/all` },
      'path',
    ],
    ['nfs', { server: 's', path: '/', mountPath: '/run/nvidia-container-devices/all' }, 'mountPath'],
    ['hostPath', { path: '/dev/null', mountPath: `${LIST}/all` }, 'mountPath'],
    ['dataVolume', { id: 'd', mountPath: `${LIST}/all` }, 'mountPath'],
  ])('a mount of %s in the list of devices of a container is refused and left out', (kind, item, field) => {
    const spec = { image: 'i', storage: { [kind]: [item] } } as InferenceSpec;
    expect(fieldsOf(spec, 'none')).toEqual([`spec.storage.${kind}[0].${field}`]);
    const { intent, ignoredFields } = toIntent(spec);
    expect(intent.storage.volumes).toEqual([]);
    expect(ignoredFields).toMatchObject([{ field: `spec.storage.${kind}[0]`, refused: true }]);
  });

  it('a mount beside it is not', () => {
    const storage = { emptyDirVolume: [{ path: '/var/run/nvidia-container-devices-of-mine' }] };
    expect(fieldsOf({ image: 'i', storage }, 'none')).toEqual([]);
  });
});
