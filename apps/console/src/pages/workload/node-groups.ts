import type { BodyOf } from '../../api/client';

export type ExplainedNode = BodyOf<'get_workload_placement'>['nodes'][number];

/** Nodes that have the same to say. */
export interface NodeGroup {
  /** `holds`, `first`, `fits`, or the filter that rejects the nodes. */
  readonly key: string;
  readonly title: string;
  readonly tone: 'good' | 'busy' | 'warn' | 'calm';
  readonly nodes: readonly ExplainedNode[];
}

/** Filters of placement for people. */
const TITLES: Readonly<Record<string, string>> = {
  NodePool: 'Other node pool',
  NodeRepartitioning: 'MIG layout is changing',
  NodeUnschedulable: 'Cordoned or not ready',
  NodeType: 'Other node type',
  NodeSelector: 'Label is missing',
  NodeAffinity: 'Outside the node affinity',
  Taint: 'Taint is not tolerated',
  Volume: 'Volume cannot be mounted',
  PodAffinity: 'Outside the pod affinity',
  MigInvalid: 'MIG instances differ',
  TimeSliced: 'GPUs are time-sliced',
  GpuModel: 'Other GPU model',
  GpuMemoryUnknown: 'GPU memory is unknown',
  NodeAvoided: 'Avoided after a rejection',
  Pods: 'No place for a pod',
  Cpu: 'Too little CPU',
  Memory: 'Too little memory',
  ExtendedResource: 'Extended resource is missing',
  GpuDevices: 'Too few GPUs',
  GpuShare: 'GPUs are in use',
  GpuMemory: 'Too little GPU memory',
  MigPlacement: 'No free MIG instance',
  Quota: 'Quota is used up',
};

/** Nodes in groups: those that hold replicas, that which is next, those that fit, then by filter, the largest first. */
export function nodeGroups(nodes: readonly ExplainedNode[]): readonly NodeGroup[] {
  const holding = nodes.filter(({ replicas }) => replicas > 0);
  const others = nodes.filter(({ replicas }) => replicas === 0);
  const of = (outcome: ExplainedNode['outcome']) => others.filter((node) => node.outcome === outcome);
  const codes = [...new Set(of('rejected').map(({ code = '' }) => code))];
  const rejected = codes
    .map((code): NodeGroup => ({
      key: code,
      title: TITLES[code] ?? code,
      tone: 'warn',
      nodes: others.filter((node) => node.code === code),
    }))
    .sort((a, b) => b.nodes.length - a.nodes.length);
  const groups: readonly NodeGroup[] = [
    { key: 'holds', title: 'Has replicas of it', tone: 'good', nodes: holding },
    { key: 'first', title: 'Next replica', tone: 'busy', nodes: of('first') },
    { key: 'fits', title: 'Would fit, others are preferred', tone: 'calm', nodes: of('fits') },
    ...rejected,
  ];
  return groups.filter((group) => group.nodes.length > 0);
}

/** Those whose name, pool or reason has the text. */
export function matching(nodes: readonly ExplainedNode[], text: string): readonly ExplainedNode[] {
  const wanted = text.trim().toLowerCase();
  return wanted === ''
    ? nodes
    : nodes.filter(({ node, nodePool = '', reason }) =>
        `${node} ${nodePool} ${reason}`.toLowerCase().includes(wanted),
      );
}
