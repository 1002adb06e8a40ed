import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { type NodeSeed } from './node-seed';
import type { Condition, KubeNode } from '@tessera/simulation-kubernetes-api/wire';
import { gpuLabels, gpuResources, gpusOf } from './node-gpus';

/** Address of a node's kubelet. */
export interface KubeletAddress {
  readonly host: string;
  readonly port: number;
}

const VERSION = 'v1.36.3';
const DEFAULT_PODS = 110;

/** Capacity of a node. */
export function resources(seed: NodeSeed): Record<string, string> {
  return {
    cpu: seed.cpu,
    memory: seed.memory,
    'ephemeral-storage': '1Ti',
    pods: String(seed.pods ?? DEFAULT_PODS),
    ...seed.extended,
    ...gpuResources(seed),
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
      : condition('Ready', 'False', 'KubeletNotReady', 'simulated kubelet was made to fail'),
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
