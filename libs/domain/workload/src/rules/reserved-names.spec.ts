import { toIntent } from '../compile/to-intent';
import { reservedFor } from './reserved-names';
import { specViolations } from './spec-violations';

const RESERVED: readonly (readonly [key: string, owner: string])[] = [
  ['tessera.io/serving-address', 'Tessera'],
  ['tessera.io/allocation', 'Tessera'],
  ['sub.tessera.io/x', 'Tessera'],
  ['run.ai/reserve_for_gpu_index', 'Run:ai and its schedulers'],
  ['kai.scheduler/queue', 'Run:ai and its schedulers'],
  ['runai-gpu-group', 'Run:ai and its schedulers'],
  ['runai/shared-gpu-configmap', 'Run:ai and its schedulers'],
  ['gpu-fraction', 'Run:ai and its schedulers'],
  ['nvidia.com/container.main.gpus.devices', 'the GPU software of the nodes'],
  ['k8s.device-plugin.nvidia.com/gpu', 'the GPU software of the nodes'],
  ['k8s-device-plugin/gpu', 'the GPU software of the nodes'],
  ['hami.io/vgpu-devices-to-allocate', 'the GPU software of the nodes'],
  ['cdi.k8s.io/gpus', 'Kubernetes'],
  ['container.apparmor.security.beta.kubernetes.io/main', 'Kubernetes'],
  ['seccomp.security.alpha.kubernetes.io/pod', 'Kubernetes'],
  ['cluster-autoscaler.kubernetes.io/safe-to-evict', 'Kubernetes'],
  ['app.kubernetes.io/name', 'Kubernetes'],
  ['app.kubernetes.io/instance', 'Kubernetes'],
  ['app.kubernetes.io/component', 'Kubernetes'],
  ['app.kubernetes.io/managed-by', 'Kubernetes'],
  ['k8s.io/x', 'Kubernetes'],
  ['devices.nri.io/container.main', 'the container runtime of the nodes'],
  ['io.kubernetes.cri-o.Devices', 'the container runtime of the nodes'],
  ['io.katacontainers.config.hypervisor.path', 'the container runtime of the nodes'],
];
const FREE = [
  'billing',
  'stage',
  'team.example/owner',
  'app',
  'app.kubernetes.io/version',
  'app.kubernetes.io/part-of',
  'kubernetes.io/description',
  'prometheus.io/scrape',
  // Other domains that only end or begin alike.
  'nottessera.io/x',
  'tessera.io.example/x',
  'mykubernetes.io/x',
  'example/nvidia.com',
];

describe('keys of annotations and labels', () => {
  it.each(RESERVED)('%s are reserved for %s', (key, owner) => expect(reservedFor(key)).toBe(owner));

  it.each(RESERVED)('%s are the same in upper case', (key, owner) =>
    expect(reservedFor(key.toUpperCase())).toBe(owner),
  );

  it.each(FREE)('%s are free', (key) => expect(reservedFor(key)).toBeUndefined());
});

describe.each(['annotations', 'labels'] as const)('reserved names of %s', (list) => {
  const spec = {
    image: 'i',
    [list]: [{ name: 'free', value: 'a' }, null, { name: 'tessera.io/serving-address', value: 'b' }],
  };

  it('are refused with the place where they stand', () => {
    expect(specViolations(spec)).toEqual([
      {
        field: `spec.${list}[2].name`,
        message: 'the name "tessera.io/serving-address" is reserved for Tessera; choose a name of your own',
      },
    ]);
  });

  it('may be named to exclude a default', () => {
    const excluded = { image: 'i', [list]: [{ name: 'tessera.io/x', exclude: true }] };
    expect(specViolations(excluded)).toEqual([]);
  });

  it('are ignored in a spec that was accepted earlier, and reported', () => {
    const { intent, ignoredFields } = toIntent(spec);
    expect(intent.metadata[list]).toEqual({ free: 'a' });
    expect(ignoredFields).toEqual([
      { field: `spec.${list}[2]`, reason: expect.stringContaining('reserved for Tessera'), refused: true },
    ]);
  });
});
