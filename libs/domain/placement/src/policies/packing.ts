import { tightest, type Policy } from './policy';
import { freeOf } from '../model/gpu-vector';
import { requestClass, type NodeState } from '../model/node-state';
import type { Take } from '../model/takes';

/**
 * Shared devices first (100 less a tenth of what is free on them), then idle devices of nodes in use (50 less
 * their number), then idle nodes (33 less their devices): the rule of the published simulator. Requests without
 * GPU go to the first node that fits.
 */
export const packing: Policy = {
  name: 'packing',
  score: (node, shape, takes) => {
    const taken = takes[0] as Take;
    const { codes, idle } = node.vector;
    if (shape.devices === 0) return 0;
    if (idle === codes.length) return Math.max(33 - idle, idle);
    const idleTaken = taken.codes.filter((code) => freeOf(code) === 1000).length;
    if (idleTaken > 0) return Math.max(50 - idleTaken, 33);
    const freeTenths = taken.codes.reduce((sum, code) => sum + Math.trunc(freeOf(code) / 10), 0);
    return Math.max(100 - Math.trunc(freeTenths / 10), 50);
  },
  choose: tightest,
};

/**
 * Prefers nodes with requests of the same class only (a share, one device, two devices, …), then nodes that have this
 * class among others, then idle nodes, then the rest; within each, the node with the least free share, as the published
 * simulator does. Requests without GPU go to the first node that fits.
 */
export const clustering: Policy = {
  name: 'clustering',
  score: (node, shape, _takes, { largest }) => {
    if (shape.devices === 0) return 0;
    const used = (largest.milliGpu - node.vector.totalMilli) / Math.max(1, largest.milliGpu);
    return clusteringTier(node, requestClass(shape.gpu.kind, shape.devices)) * 25 + Math.trunc(25 * used);
  },
  choose: tightest,
};

function clusteringTier(node: NodeState, own: string): number {
  const held = new Set<string>();
  for (const { kind, devices } of node.replicas.values())
    if (kind !== 'none') held.add(requestClass(kind, devices.length));
  if (held.size === 0) return 1;
  if (!held.has(own)) return 0;
  return held.size === 1 ? 3 : 2;
}
