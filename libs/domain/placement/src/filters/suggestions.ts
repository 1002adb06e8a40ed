import { FILTER_CODES, type FilterCode } from '../model/model';
import { resourceFilter, untolerated } from './filters';
import { planGeometryChange, type GeometryChange } from '../geometry-change';
import { isKept } from '../model/kept-id';
import type { NodeState } from '../model/node-state';
import { requestCharge } from '../model/request-charge';
import { decimal } from './verdict-text';
import { fitsWithoutReplicas } from './without-replicas';
import type { RefusedRequest } from '../policies/place-options';

/** Nodes tried per kind of suggestion, in small clusters and in large ones, where a decision must stay short. */
const MAX_TRIED = 20;
const MAX_TRIED_LARGE = 1;
const LARGE = 64;
const MAX_SUGGESTIONS = 3;

/**
 * Suggestions that would make the request fit, for the filters that rejected nodes: a MIG change, the end of a
 * workload, no time-slicing, a label, a toleration, an uncordoned node, more quota.
 */
export function suggestionsFor(
  refused: RefusedRequest,
  refusals: Uint8Array,
  rejected: ReadonlySet<FilterCode>,
): readonly string[] {
  const suggestions: string[] = [];
  const { request, model } = refused;
  const change = rejected.has('MigPlacement') ? planGeometryChange(model, request) : undefined;
  if (change !== undefined) suggestions.push(changeText(change));
  const ending = endOfWorkload(refused, refusals);
  if (ending !== undefined) suggestions.push(ending);
  const others = [
    rejected.has('Volume') ? byVolume(request) : undefined,
    rejected.has('TimeSliced') ? byTimeSlicing(refused, refusals) : undefined,
    rejected.has('GpuMemoryUnknown') ? byMemoryLabel(refused, refusals) : undefined,
    rejected.has('Taint') ? byTaint(refused, refusals) : undefined,
    rejected.has('NodeUnschedulable') ? byCordon(refused, refusals) : undefined,
    rejected.has('Quota') ? byQuota(refused, refusals) : undefined,
  ];
  for (const text of others) if (text !== undefined) suggestions.push(text);
  return suggestions.slice(0, MAX_SUGGESTIONS);
}

function changeText({ node, slot, enablesMig, destroy, create }: GeometryChange): string {
  const made = create.map(({ profile, start }) => `${profile} at slice ${start}`).join(', ');
  const gone = destroy.map(({ profile, start }) => `${profile} at ${start}`).join(', ');
  const mode = enablesMig ? 'switch MIG on and ' : '';
  const removing = gone === '' ? '' : `remove the free ${gone} and `;
  return `on node ${node}, device ${slot}: ${mode}${removing}create ${made}`;
}

const RESOURCES: readonly FilterCode[] = [
  'GpuShare',
  'GpuMemory',
  'MigPlacement',
  'Pods',
  'Cpu',
  'Memory',
  'ExtendedResource',
];

/**
 * One workload on one node whose end makes room: the one that holds least. It is named only where it belongs to the
 * requesting project: a reader of the verdict may have access to that project alone.
 */
function endOfWorkload({ model, request, shape }: RefusedRequest, refusals: Uint8Array): string | undefined {
  let best: { readonly text: string; readonly held: number } | undefined;
  for (const node of nodesAt(model.nodes, refusals, RESOURCES)) {
    // Sorted, since replicas are kept in the order in which they were added.
    const workloads = new Set(
      [...node.replicas.values()].filter(({ id }) => !isKept(id)).map(({ workloadId }) => workloadId),
    );
    for (const workloadId of [...workloads].sort().slice(0, MAX_TRIED)) {
      const held = heldBy(node, workloadId);
      if (
        (best === undefined || held < best.held) &&
        mayFitWithout(node, workloadId, shape) &&
        fitsWithoutReplicas(node, (replica) => replica.workloadId === workloadId, shape)
      )
        best = {
          held,
          text: `end ${workloadFor(request, node, workloadId)} on node ${node.spec.name} to make room`,
        };
    }
  }
  return best?.text;
}

function workloadFor({ projectId }: RefusedRequest['request'], node: NodeState, workloadId: string): string {
  const own = [...node.replicas.values()].some(
    (replica) => replica.workloadId === workloadId && replica.projectId === projectId,
  );
  return own ? `workload ${workloadId}` : 'a workload of another project';
}

/** Nodes rejected by one of the filters, the first ones by rank. */
function nodesAt(
  nodes: readonly NodeState[],
  refusals: Uint8Array,
  codes: readonly FilterCode[],
): readonly NodeState[] {
  const wanted = new Set(codes.map((code) => FILTER_CODES.indexOf(code) + 1));
  const found: NodeState[] = [];
  const most = nodes.length > LARGE ? MAX_TRIED_LARGE : MAX_TRIED;
  for (let rank = 0; rank < refusals.length && found.length < most; rank++)
    if (wanted.has(refusals[rank] as number)) found.push(nodes[rank] as NodeState);
  return found;
}

/** Cheap pre-check: true where the node would still lack CPU or memory. */
function mayFitWithout(
  node: NodeState,
  workloadId: string,
  { cpuMilli, memoryMiB }: RefusedRequest['shape'],
): boolean {
  let cpu = node.freeCpuMilli;
  let memory = node.freeMemoryMiB;
  for (const replica of node.replicas.values()) {
    if (replica.workloadId !== workloadId) continue;
    cpu += replica.cpuMilli;
    memory += replica.memoryMiB;
  }
  return cpu >= cpuMilli && memory >= memoryMiB;
}

const heldBy = (node: NodeState, workloadId: string): number =>
  [...node.replicas.values()]
    .filter((replica) => replica.workloadId === workloadId)
    .reduce(
      (sum, { devices, cpuMilli }) =>
        sum + cpuMilli + devices.reduce((all, one) => all + 1000 * one.milliGpu, 0),
      0,
    );

/** Users can only change how a claim is shared, not where its volume is. */
function byVolume({ volumes = [] }: RefusedRequest['request']): string | undefined {
  const shared = volumes.find(({ usedOn, heldBy }) => usedOn !== undefined || heldBy !== undefined);
  if (shared === undefined) return undefined;
  const mode = shared.heldBy === undefined ? 'ReadWriteMany' : 'ReadWriteOnce or ReadWriteMany';
  return `run one replica, or use a claim with the access mode ${mode} in place of "${shared.claim}"`;
}

function byTimeSlicing({ model }: RefusedRequest, refusals: Uint8Array): string | undefined {
  const [node] = nodesAt(model.nodes, refusals, ['TimeSliced']);
  if (node === undefined) return undefined;
  return `switch time-slicing off for node ${node.spec.name} in the configuration of the NVIDIA device plugin: shares of a device need none`;
}

function byMemoryLabel({ model }: RefusedRequest, refusals: Uint8Array): string | undefined {
  const [node] = nodesAt(model.nodes, refusals, ['GpuMemoryUnknown']);
  if (node === undefined) return undefined;
  return `request a portion of a device instead of an amount of its memory, or label node ${node.spec.name} with nvidia.com/gpu.memory=<MiB>`;
}

function byTaint({ model, request, shape }: RefusedRequest, refusals: Uint8Array): string | undefined {
  for (const node of nodesAt(model.nodes, refusals, ['Taint'])) {
    if (resourceFilter(node, shape) !== undefined) continue;
    const taint = untolerated(node.spec, request.tolerations, (effect) => effect !== 'PreferNoSchedule');
    if (taint === undefined) continue;
    const value = taint.value === undefined || taint.value === '' ? '' : `=${taint.value}`;
    return `add a toleration of ${taint.key}${value}:${taint.effect} to allow node ${node.spec.name}`;
  }
  return undefined;
}

function byCordon({ model, shape }: RefusedRequest, refusals: Uint8Array): string | undefined {
  const node = nodesAt(model.nodes, refusals, ['NodeUnschedulable']).find(
    (one) => resourceFilter(one, shape) === undefined,
  );
  return node === undefined
    ? undefined
    : `uncordon node ${node.spec.name} or make it ready: it has enough free capacity`;
}

function byQuota({ model, request }: RefusedRequest, refusals: Uint8Array): string | undefined {
  for (let rank = 0; rank < refusals.length; rank++) {
    if (refusals[rank] !== 0) continue;
    const node = model.nodes[rank] as NodeState;
    const breach = model.quota.breach(request, node.spec.pool, requestCharge(node, request));
    if (breach === undefined) continue;
    const { rule, usedMilliGpu, askedMilliGpu } = breach;
    const needed = decimal(usedMilliGpu + askedMilliGpu);
    return `raise the quota of ${rule.scope} ${rule.id} in pool ${rule.pool} to ${needed} GPU`;
  }
  return undefined;
}
