import type { FilterCode, ReplicaRequest } from '../model/model';
import type { ClusterModel } from '../model/cluster-model';
import { modelAllowed, podsNeeded, untolerated } from './filters';
import { freeShare, type DeviceState, type NodeState } from '../model/node-state';
import type { QuotaBreach } from '@tessera/domain-quota';
import { requestCharge } from '../model/request-charge';
import type { Shape } from '../model/shape';
import { decimal } from './verdict-text';

/** Context in which a miss is measured. */
interface Asked {
  readonly model: ClusterModel;
  readonly request: ReplicaRequest;
  readonly shape: Shape;
}

/** How much the node lacks at the filter, in the filter's unit; Infinity where it cannot be measured. */
export function lackingAt(code: FilterCode, node: NodeState, asked: Asked): number {
  const { shape } = asked;
  switch (code) {
    case 'Quota': {
      const breach = breachOn(node, asked);
      return breach === undefined
        ? Infinity
        : breach.usedMilliGpu + breach.askedMilliGpu - breach.rule.deservedMilliGpu;
    }
    case 'MigPlacement':
    case 'Taint':
      return 0;
    case 'GpuMemory':
      return (shape.gpu.kind === 'memory' ? shape.gpu.memoryMiB : 0) - decidingMiB(node, shape);
    case 'GpuShare':
      return shape.gpu.kind === 'whole'
        ? shape.devices - idleDevices(node, shape)
        : shape.milliGpu - decidingMilli(node, shape);
    case 'Pods':
      return podsNeeded(node, shape) - node.freePods;
    case 'Cpu':
      return shape.cpuMilli - node.freeCpuMilli;
    case 'Memory':
      return shape.memoryMiB - node.freeMemoryMiB;
    case 'ExtendedResource':
      return 0;
    default:
      return Infinity;
  }
}

/** Text of the miss: what is free and what was requested. */
export function missText(code: FilterCode, node: NodeState, asked: Asked): string {
  const { request, shape } = asked;
  switch (code) {
    case 'Quota':
      return quotaText(breachOn(node, asked));
    case 'MigPlacement':
      return `no free MIG instance ${request.gpu.kind === 'mig' ? request.gpu.profile : ''}`;
    case 'GpuMemory': {
      const mib = shape.gpu.kind === 'memory' ? shape.gpu.memoryMiB : 0;
      return `${decidingMiB(node, shape)} MiB of GPU memory free on one device, ${mib} asked`;
    }
    case 'GpuShare':
      return shareText(node, shape);
    case 'Pods':
      return podsText(node, shape);
    case 'Cpu':
      return `${decimal(Math.max(0, node.freeCpuMilli))} CPU free, ${decimal(shape.cpuMilli)} asked`;
    case 'Memory':
      return `${Math.max(0, node.freeMemoryMiB)} MiB of memory free, ${shape.memoryMiB} asked`;
    case 'ExtendedResource':
      return extendedText(node, shape);
    default:
      return taintText(node, request);
  }
}

const breachOn = (node: NodeState, { model, request }: Asked): QuotaBreach | undefined =>
  model.quota.breach(request, node.spec.pool, requestCharge(node, request));

function quotaText(breach: QuotaBreach | undefined): string {
  if (breach === undefined) return '';
  const { rule, usedMilliGpu, askedMilliGpu } = breach;
  const used = `uses ${decimal(usedMilliGpu)} of ${decimal(rule.deservedMilliGpu)} GPU in pool ${rule.pool}`;
  return `${rule.scope} ${rule.id} ${used}, ${decimal(askedMilliGpu)} more asked`;
}

function shareText(node: NodeState, shape: Shape): string {
  if (shape.gpu.kind === 'whole') {
    const idle = idleDevices(node, shape);
    return `${idle} idle ${idle === 1 ? 'device' : 'devices'}, ${shape.devices} asked`;
  }
  const where = shape.devices === 1 ? 'on one device' : `on the best ${shape.devices} devices`;
  return `${decimal(decidingMilli(node, shape))} GPU free ${where}, ${decimal(shape.milliGpu)} asked`;
}

/** Free share of the limiting device: the n-th best for a request of n devices. */
function decidingMilli(node: NodeState, shape: Shape): number {
  if (shape.devices === 1 && shape.gpuModels.length === 0) return node.vector.most;
  const free = node.devices.filter((device) => modelAllowed(device, shape)).map(freeShare);
  return free.sort((a, b) => b - a)[shape.devices - 1] ?? 0;
}

function idleDevices(node: NodeState, shape: Shape): number {
  if (shape.gpuModels.length === 0) return node.vector.idle;
  return node.devices.filter((device) => modelAllowed(device, shape) && freeShare(device) >= 1000).length;
}

function decidingMiB(node: NodeState, shape: Shape): number {
  const free = node.devices
    .filter((device) => device.available && device.mig === undefined && modelAllowed(device, shape))
    .map(memoryFor);
  return Math.max(0, free.sort((a, b) => b - a)[shape.devices - 1] ?? 0);
}

/** Free memory of a device; 0 where all shares are allocated although memory is left. */
const memoryFor = (device: DeviceState): number => (device.freeMilli > 0 ? device.freeMiB : 0);

function podsText(node: NodeState, shape: Shape): string {
  const needed = podsNeeded(node, shape);
  const limit = `of the ${node.spec.pods ?? 0} pods that it may run`;
  return needed === 1
    ? `all ${limit} exist`
    : `${node.freePods} ${limit} left, ${needed} needed: one for the replica, the others reserve its devices`;
}

function extendedText(node: NodeState, shape: Shape): string {
  const short = shape.extended.find(([name, count]) => count > (node.freeExtended.get(name) ?? 0));
  if (short === undefined) return '';
  const [name, count] = short;
  return `${Math.max(0, node.freeExtended.get(name) ?? 0)} ${name} free, ${count} asked`;
}

function taintText(node: NodeState, request: ReplicaRequest): string {
  const taint = untolerated(node.spec, request.tolerations, (effect) => effect !== 'PreferNoSchedule');
  if (taint === undefined) return '';
  const value = taint.value === undefined || taint.value === '' ? '' : `=${taint.value}`;
  return `taint ${taint.key}${value}:${taint.effect} is not tolerated`;
}
