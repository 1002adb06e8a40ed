import { createHash } from 'node:crypto';
import {
  ANNOTATIONS,
  GPU_RESOURCE,
  MIG_RESOURCE_PREFIX,
  NODE_LABELS,
  type NodeGpus,
} from '@tessera/contracts-kubernetes';
import type { GpuSeed, NodeSeed } from '../seed/types';
import type { Condition, KubeNode } from '../wire/objects';

/** Where the kubelet of a node answers. */
export interface KubeletAddress {
  readonly host: string;
  readonly port: number;
}

const VERSION = 'v1.36.3';
const DEFAULT_PODS = 110;

/** A UUID that is the same at every start: the hash of node and device. */
export function gpuUuid(node: string, index: number, instance = ''): string {
  const hex = createHash('sha1').update(`${node}/${index}/${instance}`).digest('hex');
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return `${instance === '' ? 'GPU' : 'MIG'}-${uuid}`;
}

/** The devices of a node as its annotation tells them. */
export const gpusOf = ({ name, gpus }: NodeSeed): NodeGpus =>
  gpus.map(({ model, memoryMiB, mig }, index) => ({
    index,
    uuid: gpuUuid(name, index),
    model,
    memoryMiB,
    ...(mig === undefined ? {} : { mig: [...mig] }),
  }));

/** Resource name of a MIG profile under the mixed strategy. */
export const migResource = (profile: string): string =>
  `${MIG_RESOURCE_PREFIX}${profile.replaceAll('+', '.')}`;

const migCounts = (gpus: readonly GpuSeed[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { profile } of gpus.flatMap(({ mig }) => mig ?? []))
    counts.set(profile, (counts.get(profile) ?? 0) + 1);
  return counts;
};

/** The labels that GPU feature discovery would set. */
function gpuLabels({ gpus }: NodeSeed): Record<string, string> {
  const [first] = gpus;
  if (first === undefined) return {};
  const mixed = gpus.some(({ mig }) => mig !== undefined);
  return {
    'nvidia.com/gpu.present': 'true',
    [NODE_LABELS.gpuProduct]: first.model,
    [NODE_LABELS.gpuMemory]: String(first.memoryMiB),
    [NODE_LABELS.gpuCount]: String(gpus.length),
    'nvidia.com/mig.capable': String(/A100|H100|H200|B200|A30/.test(first.model)),
    [NODE_LABELS.migStrategy]: mixed ? 'mixed' : 'single',
    ...Object.fromEntries(
      [...migCounts(gpus)].map(([profile, count]) => [`${migResource(profile)}.count`, String(count)]),
    ),
  };
}

function resources(seed: NodeSeed): Record<string, string> {
  const whole = seed.gpus.filter(({ mig }) => mig === undefined).length;
  return {
    cpu: seed.cpu,
    memory: seed.memory,
    'ephemeral-storage': '1Ti',
    pods: String(seed.pods ?? DEFAULT_PODS),
    ...seed.extended,
    ...(seed.gpus.length === 0 ? {} : { [GPU_RESOURCE]: String(whole) }),
    ...Object.fromEntries(
      [...migCounts(seed.gpus)].map(([profile, count]) => [migResource(profile), String(count)]),
    ),
  };
}

/** The conditions of a healthy or lost node at a time (RFC 3339). */
export function nodeConditions(ready: boolean, time: string): Condition[] {
  const condition = (
    type: string,
    status: Condition['status'],
    reason: string,
    message: string,
  ): Condition => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  return [
    condition(
      'MemoryPressure',
      'False',
      'KubeletHasSufficientMemory',
      'kubelet has sufficient memory available',
    ),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    ready
      ? condition('Ready', 'True', 'KubeletReady', 'simulated kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', 'simulated kubelet was told to fail'),
  ];
}

/** The Node object with which a simulated kubelet registers. */
export function nodeObject(seed: NodeSeed, address: KubeletAddress, time: string): KubeNode {
  const capacity = resources(seed);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: seed.name,
      labels: {
        'kubernetes.io/hostname': seed.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...gpuLabels(seed),
        ...seed.labels,
      },
      annotations: { [ANNOTATIONS.gpus]: JSON.stringify(gpusOf(seed)) },
    },
    spec: {
      providerID: `simulator://${seed.name}`,
      ...(seed.taints === undefined ? {} : { taints: [...seed.taints] }),
    },
    status: {
      capacity,
      allocatable: capacity,
      conditions: nodeConditions(true, time),
      addresses: [
        { type: 'InternalIP', address: address.host },
        { type: 'Hostname', address: seed.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: address.port } },
      nodeInfo: {
        machineID: seed.name,
        systemUUID: seed.name,
        bootID: seed.name,
        kernelVersion: 'simulated',
        osImage: 'Tessera simulator',
        containerRuntimeVersion: 'simulated://1',
        kubeletVersion: VERSION,
        kubeProxyVersion: VERSION,
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  };
}
