import type { V1Container } from '@kubernetes/client-node';
import { accepted, type NewReplica } from '@tessera/application-reconciliation';
import { toIntent, type WorkloadIntent } from '@tessera/domain-workload';
import { gpuPortion } from '@tessera/testing-builders';
import { replicaPod } from './pod';
import { PLAIN_SHARING, type GpuSharing } from './sharing';
import { COMMAND } from '../testing/command';

const GIT = { storage: { git: [{ repository: 'https://git.example/code', path: '/code' }] } };
const SHARE = { slot: 0, milliGpu: 500, memoryMiB: 20_000 };
type Kind = NewReplica['placement']['kind'];

/**
 * The pod of a spec on devices as its kind of request has them; `change` stands for an intent that was made otherwise.
 */
function podOf(
  spec: object,
  kind: Kind,
  sharing: GpuSharing = PLAIN_SHARING,
  change: (intent: WorkloadIntent) => WorkloadIntent = (intent) => intent,
) {
  const whole = { image: 'model:1', ...GIT, ...spec };
  const workload = accepted({ ...COMMAND, spec: whole }, COMMAND.createdAt);
  const devices = kind === 'none' ? [] : [SHARE];
  const placement = { node: 'node-a', kind, devices };
  const shared = kind === 'portion' || kind === 'memory';
  const replica: NewReplica = {
    ordinal: 0,
    name: 'chat-0',
    placement,
    ...(shared ? { devices: ['GPU-1'] } : {}),
  };
  return replicaPod({ workload, intent: change(toIntent(whole).intent) }, replica, sharing);
}
const seenBy = (containers: readonly V1Container[] | undefined): readonly (string | undefined)[] =>
  (containers ?? []).map(({ env }) => {
    const named = (env ?? []).filter(({ name }) => name === 'NVIDIA_VISIBLE_DEVICES');
    expect(named.length).toBeLessThan(2);
    return named[0]?.value;
  });

describe('the devices of a container', () => {
  it.each<[string, object, Kind, string | undefined]>([
    ['without GPU', {}, 'none', 'void'],
    ['with no devices at all', { compute: { gpuDevicesRequest: 0 } }, 'none', 'void'],
    ['with whole devices', { compute: { gpuDevicesRequest: 1 } }, 'whole', undefined],
    [
      'with a MIG instance',
      { compute: { gpuRequestType: 'migProfile', migProfile: '1g.5gb' } },
      'mig',
      undefined,
    ],
    ['that shares a device', { compute: gpuPortion(0.5) }, 'portion', 'GPU-1'],
  ])('of a replica %s are those it was given, and none in its init containers', (_what, spec, kind, seen) => {
    const pod = podOf(spec, kind);
    expect(seenBy(pod.spec?.containers)).toEqual([seen]);
    expect(seenBy(pod.spec?.initContainers)).toEqual(['void']);
  });

  it('ignore device variables in an older intent', () => {
    const greedy = [
      { name: 'NVIDIA_VISIBLE_DEVICES', from: 'value', value: 'all' },
      { name: 'NVIDIA_MIG_CONFIG_DEVICES', from: 'value', value: 'all' },
    ] as const;
    const pod = podOf({}, 'none', PLAIN_SHARING, (intent) => ({
      ...intent,
      container: { ...intent.container, env: greedy },
    }));
    expect(seenBy(pod.spec?.containers)).toEqual(['void']);
    expect(pod.spec?.containers[0]?.env?.map(({ name }) => name)).not.toContain('NVIDIA_MIG_CONFIG_DEVICES');
  });

  it('keep their limit and their portion, whatever an older intent contains', () => {
    const half = { compute: gpuPortion(0.5) };
    const env = ['CUDA_DEVICE_MEMORY_LIMIT', 'CUDA_DEVICE_MEMORY_LIMIT_0', 'LD_PRELOAD', 'GPU_PORTION'].map(
      (name) => ({ name, from: 'value', value: '1' }) as const,
    );
    const sharing: GpuSharing = { ...PLAIN_SHARING, enforcement: 'hami-core' };
    const pod = podOf(half, 'portion', sharing, (intent) => ({
      ...intent,
      container: { ...intent.container, env },
    }));
    const main = pod.spec?.containers[0]?.env?.filter(({ name }) => /^(CUDA_|LD_|GPU_)/.test(name));
    expect(main).toEqual([
      { name: 'GPU_PORTION', value: '0.5' },
      { name: 'CUDA_DEVICE_MEMORY_LIMIT', value: '20000m' },
    ]);
  });
});

describe('the repository and the ref of an init container', () => {
  it('are no place where kubelet puts the password of the container', () => {
    const repository = 'https://thief.example/$(GITSYNC_PASSWORD)/$$(GITSYNC_PASSWORD)/$HOME';
    const git = [{ repository, path: '/code', branch: '$(GITSYNC_PASSWORD)'.repeat(3), passwordSecret: 's' }];
    const [clone] = podOf({ storage: { git } }, 'none').spec?.initContainers ?? [];
    const doubled = (text: string): string => text.split('$').join('$$');
    expect(clone?.args).toContain(`--repo=${doubled(repository)}`);
    expect(clone?.args).toContain(`--ref=${doubled(git[0]?.branch ?? '')}`);
  });
});

describe('annotations and labels of a pod', () => {
  const named = {
    'tessera.io/serving-address': '169.254.169.254:80',
    'tessera.io/allocation': '{}',
    'tessera.io/workload-id': 'another',
    'cdi.k8s.io/all': 'nvidia.com/gpu=all',
    'nvidia.com/container.main.gpus.devices': 'all',
    billing: 'unit',
  };

  it('are those of Tessera and the unreserved ones of the user, whatever an older intent contains', () => {
    const { metadata } = podOf({}, 'none', PLAIN_SHARING, (intent) => ({
      ...intent,
      metadata: { annotations: named, labels: named },
    }));
    expect(metadata?.annotations).toEqual({
      billing: 'unit',
      'tessera.io/allocation': expect.stringContaining('node-a'),
    });
    expect(Object.keys(metadata?.labels ?? {}).filter((key) => !key.startsWith('tessera.io/'))).toEqual([
      'billing',
      'app.kubernetes.io/managed-by',
    ]);
    expect(metadata?.labels?.['tessera.io/workload-id']).toBe(COMMAND.workloadId);
    expect(Object.keys(metadata?.labels ?? {})).not.toContain('tessera.io/serving-address');
  });
});
