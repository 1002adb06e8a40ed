import type { FilterCode, GpuRequest, ReplicaRequest } from './model';
import type { ClusterModel } from './cluster-model';
import { modelAllowed, untolerated } from './filters';
import { freeShare, type NodeState } from './node-state';
import { requestCharge } from './request-charge';
import { milliOn, type Shape } from './shape';

/** Thousandths as a person writes them: 380 is 0.38. */
export const decimal = (milli: number): string => String(milli / 1000);

/** The GPU part of a request in words. */
export function gpuText(gpu: GpuRequest): string {
  switch (gpu.kind) {
    case 'none':
      return 'no GPU';
    case 'whole':
      return `${gpu.devices} whole ${gpu.devices === 1 ? 'device' : 'devices'}`;
    case 'portion':
      return `${decimal(gpu.milliGpu)} GPU on ${devices(gpu.devices)}`;
    case 'memory':
      return `${gpu.memoryMiB} MiB of GPU memory on ${devices(gpu.devices)}`;
    case 'mig':
      return `a MIG instance ${gpu.profile}`;
  }
}

const devices = (count: number): string => (count === 1 ? 'one device' : `each of ${count} devices`);

/** What a filter says about the nodes it refused; the subject is "n nodes". */
export function detailOf(code: FilterCode, request: ReplicaRequest): string {
  switch (code) {
    case 'NodePool':
      return 'are in other node pools';
    case 'NodeUnschedulable':
      return 'are cordoned or not ready';
    case 'NodeType':
      return `are not of type ${request.nodeType ?? ''}`;
    case 'NodeSelector':
      return 'lack a label of the node selector';
    case 'NodeAffinity':
      return 'are outside the node affinity';
    case 'Taint':
      return 'have an untolerated taint';
    case 'PodAffinity':
      return `are outside the pod affinity by ${request.podAffinity?.topologyKey ?? ''}`;
    case 'GpuModel':
      return `have no device of model ${[...request.gpuModels].sort().join(' or ')}`;
    case 'Cpu':
      return `lack ${decimal(request.cpuMilli)} CPU`;
    case 'Memory':
      return `lack ${request.memoryMiB} MiB of memory`;
    case 'ExtendedResource':
      return `lack ${Object.keys(request.extended).sort().join(', ')}`;
    case 'GpuDevices':
      return `have too few devices for ${gpuText(request.gpu)}`;
    case 'GpuShare':
    case 'GpuMemory':
      return `lack ${gpuText(request.gpu)}`;
    case 'MigPlacement':
      return `have no free MIG instance ${request.gpu.kind === 'mig' ? request.gpu.profile : ''}`;
    case 'Quota':
      return 'are in a pool whose quota is used up';
  }
}

/** How far a node was from passing; `lacking` compares nodes that fell at the same filter. */
export interface Miss {
  readonly lacking: number;
  readonly text: () => string;
}

/** What the node lacked at the filter; undefined where there is nothing to measure. */
export function missOf(
  code: FilterCode,
  node: NodeState,
  request: ReplicaRequest,
  shape: Shape,
  model: ClusterModel,
): Miss | undefined {
  switch (code) {
    case 'Quota':
      return quotaMiss(node, request, model);
    case 'MigPlacement':
      return {
        lacking: 0,
        text: () => `no free MIG instance ${request.gpu.kind === 'mig' ? request.gpu.profile : ''}`,
      };
    case 'GpuMemory':
      return memoryMiss(node, shape);
    case 'GpuShare':
      return shareMiss(node, shape);
    case 'Cpu':
      return amount(node.freeCpuMilli, request.cpuMilli, (milli) => `${decimal(milli)} CPU`);
    case 'Memory':
      return amount(node.freeMemoryMiB, request.memoryMiB, (mib) => `${mib} MiB of memory`);
    case 'ExtendedResource':
      return extendedMiss(node, shape);
    case 'Taint':
      return taintMiss(node, request);
    default:
      return undefined;
  }
}

function amount(free: number, asked: number, unit: (amount: number) => string): Miss {
  return {
    lacking: asked - free,
    text: () => `${unit(Math.max(0, free))} free, ${unit(asked).split(' ')[0]} asked`,
  };
}

function quotaMiss(node: NodeState, request: ReplicaRequest, model: ClusterModel): Miss | undefined {
  const breach = model.quota.breach(request, node.spec.pool, requestCharge(node, request));
  if (breach === undefined) return undefined;
  const { rule, usedMilliGpu, askedMilliGpu } = breach;
  return {
    lacking: usedMilliGpu + askedMilliGpu - rule.deservedMilliGpu,
    text: () =>
      `${rule.scope} ${rule.id} uses ${decimal(usedMilliGpu)} of ${decimal(rule.deservedMilliGpu)} GPU in pool ${rule.pool}, ${decimal(askedMilliGpu)} more asked`,
  };
}

/** The device that decides: with n devices asked it is the n-th best. */
function shareMiss(node: NodeState, shape: Shape): Miss {
  const free = node.devices
    .filter((device) => modelAllowed(device, shape))
    .map(freeShare)
    .sort((a, b) => b - a);
  if (shape.gpu.kind === 'whole') {
    const idle = free.filter((milli) => milli >= 1000).length;
    return {
      lacking: shape.devices - idle,
      text: () => `${idle} idle ${idle === 1 ? 'device' : 'devices'}, ${shape.devices} asked`,
    };
  }
  const deciding = free[shape.devices - 1] ?? 0;
  const where = shape.devices === 1 ? 'on one device' : `on the best ${shape.devices} devices`;
  return {
    lacking: shape.milliGpu - deciding,
    text: () => `${decimal(deciding)} GPU free ${where}, ${decimal(shape.milliGpu)} asked`,
  };
}

function memoryMiss(node: NodeState, shape: Shape): Miss {
  const asked = shape.gpu.kind === 'memory' ? shape.gpu.memoryMiB : 0;
  const free = node.devices
    .filter((device) => device.available && device.mig === undefined && modelAllowed(device, shape))
    .map((device) => (milliOn(shape, device.class) > device.freeMilli ? 0 : device.freeMiB))
    .sort((a, b) => b - a);
  const deciding = Math.max(0, free[shape.devices - 1] ?? 0);
  return {
    lacking: asked - deciding,
    text: () => `${deciding} MiB of GPU memory free on one device, ${asked} asked`,
  };
}

function extendedMiss(node: NodeState, shape: Shape): Miss | undefined {
  const short = shape.extended.find(([name, count]) => count > (node.freeExtended.get(name) ?? 0));
  if (short === undefined) return undefined;
  const [name, count] = short;
  return amount(node.freeExtended.get(name) ?? 0, count, (n) => `${n} ${name}`);
}

function taintMiss(node: NodeState, request: ReplicaRequest): Miss | undefined {
  const taint = untolerated(node.spec, request.tolerations, (effect) => effect !== 'PreferNoSchedule');
  if (taint === undefined) return undefined;
  const value = taint.value === undefined || taint.value === '' ? '' : `=${taint.value}`;
  return { lacking: 0, text: () => `taint ${taint.key}${value}:${taint.effect} is not tolerated` };
}
