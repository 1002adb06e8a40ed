import { classOf, codeOf, freeOf, type GpuVector, type VectorTable } from './gpu-vector';
import { effectiveMilli, memoryShare, shareMiB } from './device-memory';
import { freeShare, type DeviceState, type NodeState } from './node-state';
import { deviceFits, modelAllowed } from '../filters/filters';
import type { Shape } from './shape';

/** One way to serve a shape from a vector: the codes of the devices taken, and the vector afterwards. */
export interface Take {
  readonly codes: readonly number[];
  readonly after: GpuVector;
}

/**
 * The distinct ways to serve the GPU part of a shape on a node, the tightest first; none where it does not fit.
 * Several shared devices are always the tightest ones, so there is one way; devices of equal class and equal
 * free share count as one.
 */
export function takesOf(vectors: VectorTable, node: NodeState, shape: Shape): readonly Take[] {
  if (shape.devices === 0 || shape.gpu.kind === 'mig') return [{ codes: [], after: node.vector }];
  if (shape.gpu.kind === 'memory') return takesOfMemory(vectors, node, shape);
  const { vector } = node;
  const known = vector.takes.get(shape.gpuId);
  if (known !== undefined) return known as readonly Take[];
  const made = takesOfShare(vectors, vector, shape);
  vector.takes.set(shape.gpuId, made);
  return made;
}

/** Those for which the node has places for the reservation pods of devices that nobody shares. */
export const affordable = (node: NodeState, shape: Shape, takes: readonly Take[]): readonly Take[] =>
  !shape.shares || node.freePods > shape.devices
    ? takes
    : takes.filter(({ codes }) => codes.filter((code) => freeOf(code) === 1000).length < node.freePods);

function takesOfShare(vectors: VectorTable, vector: GpuVector, shape: Shape): readonly Take[] {
  const fitting = vector.codes.filter(
    (code) => freeOf(code) >= shape.milliGpu && freeOf(code) > 0 && classAllowed(vectors, code, shape),
  );
  fitting.sort((a, b) => freeOf(a) - freeOf(b) || compareClasses(vectors, a, b));
  if (fitting.length < shape.devices) return [];
  if (shape.devices > 1) return [take(vectors, vector, fitting.slice(0, shape.devices), shape.milliGpu)];
  return [...new Set(fitting)].map((code) => take(vectors, vector, [code], shape.milliGpu));
}

/** Compares by the content of the class; its number depends on the order of creation. */
function compareClasses(vectors: VectorTable, a: number, b: number): number {
  if (a === b) return 0;
  const [first, second] = [vectors.classes[classOf(a)], vectors.classes[classOf(b)]];
  if (first === undefined || second === undefined) return a - b;
  return first.model < second.model
    ? -1
    : first.model > second.model
      ? 1
      : first.usableMiB - second.usableMiB;
}

const classAllowed = (vectors: VectorTable, code: number, shape: Shape): boolean =>
  shape.gpuModels.length === 0 || shape.gpuModels.includes(vectors.classes[classOf(code)]?.model ?? '');

function take(vectors: VectorTable, vector: GpuVector, taken: readonly number[], milliGpu: number): Take {
  const codes = vector.codes.slice();
  for (const code of taken) codes[codes.indexOf(code)] = code - milliGpu;
  return { codes: taken, after: vectors.intern(codes) };
}

/** Memory requests use the devices themselves: their free MiB is more exact than the rounded share. */
function takesOfMemory(vectors: VectorTable, node: NodeState, shape: Shape): readonly Take[] {
  const fitting = node.devices.filter((device) => modelAllowed(device, shape) && deviceFits(device, shape));
  fitting.sort((a, b) => freeShare(a) - freeShare(b) || a.freeMiB - b.freeMiB || a.slot - b.slot);
  if (fitting.length < shape.devices) return [];
  const groups = shape.devices > 1 ? [fitting.slice(0, shape.devices)] : fitting.map((device) => [device]);
  return groups.map((devices) => takeMemory(vectors, node, devices, shape));
}

function takeMemory(
  vectors: VectorTable,
  node: NodeState,
  devices: readonly DeviceState[],
  shape: Shape,
): Take {
  const codes = node.vector.codes.slice();
  const taken: number[] = [];
  for (const device of devices) {
    const { milliGpu, memoryMiB } = holdOn(device, shape);
    const { id, usableMiB } = device.class;
    const left = effectiveMilli(device.freeMilli - milliGpu, device.freeMiB - memoryMiB, usableMiB);
    codes[codes.indexOf(device.code)] = codeOf(id, left);
    taken.push(device.code);
  }
  return { codes: taken, after: vectors.intern(codes) };
}

/** Amount that the shape takes of one device: thousandths and MiB. */
export function holdOn(device: DeviceState, shape: Shape): { milliGpu: number; memoryMiB: number } {
  const { usableMiB } = device.class;
  switch (shape.gpu.kind) {
    case 'memory':
      return {
        milliGpu: memoryShare(shape.gpu.memoryMiB, usableMiB),
        memoryMiB: shape.gpu.memoryMiB,
      };
    case 'whole':
      return { milliGpu: 1000, memoryMiB: usableMiB };
    default:
      return { milliGpu: shape.milliGpu, memoryMiB: shareMiB(shape.milliGpu, usableMiB) };
  }
}

/** The devices of a node with the codes of a take, lowest slot first. */
export function devicesOfTake(node: NodeState, shape: Shape, taken: Take): readonly DeviceState[] {
  const chosen: DeviceState[] = [];
  for (const code of taken.codes) {
    const found = node.devices.find(
      (device) => device.code === code && !chosen.includes(device) && deviceFits(device, shape),
    );
    if (found !== undefined) chosen.push(found);
  }
  return chosen;
}
