import { type ClusterNode } from '@tessera/domain-placement';
import { isReconfiguring, isInProgress } from '@tessera/domain-mig';
import { maybe } from '@tessera/kernel';
import { offered, type Held } from './device-offers';
import { migChangeOf } from '../../mig/mig-node';
import { devicesOf } from './node-devices';
import { usageOf, podUsage, type Usage } from '../../api/usage';
import type { NodeWire, PodWire } from '../../api/wire';

export interface NodeLabelKeys {
  readonly nodePool: string;
  readonly nodeType: string;
}

/**
 * Converts a node to the placement model. `foreign` are pods of others on it; their usage is not free. `held` returns
 * the devices of our replicas and reservation pods; it is called only if devices are missing or used by foreign pods.
 */
export function toClusterNode(
  node: NodeWire,
  foreign: readonly PodWire[],
  keys: NodeLabelKeys,
  held: (node: string) => Held = () => NOTHING_HELD,
): ClusterNode {
  const labels = node.metadata.labels ?? {};
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const pool = labels[keys.nodePool];
  const nodeType = labels[keys.nodeType];
  const { devices, migInvalid, timeSliced } = devicesOf(node);
  const limit = node.status?.allocatable?.['pods'];
  return {
    name: node.metadata.name,
    labels,
    taints: node.spec?.taints ?? [],
    unschedulable: node.spec?.unschedulable === true || ready?.status !== 'True',
    ...usageOf(node.status?.allocatable ?? {}, 'down'),
    devices: offered(devices, node.status?.allocatable ?? {}, foreign, () => held(node.metadata.name)),
    replicas: [],
    foreign: {
      ...foreign.map(podUsage).reduce(add, { cpuMilli: 0, memoryMiB: 0, extended: {} }),
      pods: foreign.length,
    },
    ...(limit === undefined ? {} : { pods: Number(limit) }),
    ...maybe('pool', pool),
    ...maybe('nodeType', nodeType),
    ...(migInvalid ? { migInvalid } : {}),
    ...(timeSliced ? { timeSliced } : {}),
    ...(isInProgress(migChangeOf(node)) || isReconfiguring(labels) ? { repartitioning: true } : {}),
  };
}

const NOTHING_HELD: Held = { slots: new Set(), instances: new Set() };

function add(a: Usage, b: Usage): Usage {
  const extended: Record<string, number> = { ...a.extended };
  for (const [name, count] of Object.entries(b.extended)) extended[name] = (extended[name] ?? 0) + count;
  return { cpuMilli: a.cpuMilli + b.cpuMilli, memoryMiB: a.memoryMiB + b.memoryMiB, extended };
}
