import { maybe } from '@tessera/kernel';
import type { Part } from '@tessera/application-control-plane';
import { DEFAULT_NODE_POOL } from '@tessera/contracts-metrics';
import type { NodeReport } from '@tessera/contracts-internal';
import type { MeasuredNodeTelemetry, NodeTelemetryType } from '@tessera/contracts-rest';

/** A node with the cluster that it is in. */
export interface PlacedNode {
  readonly cluster: { readonly id: string; readonly name: string };
  readonly node: NodeReport;
}

const MIB = 1_048_576;
const MILLI = 1000;

type Device = NodeReport['devices'][number];
const isReady = ({ status }: NodeReport): boolean => status === 'Ready';
const hasGpus = ({ devices }: NodeReport): boolean => devices.length > 0;
const isFree = ({ allocatedMilliGpu, unavailable }: Device): boolean =>
  allocatedMilliGpu === 0 && !unavailable;
const one = (holds: boolean): number => (holds ? 1 : 0);
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Values that the scheduler of the cluster knows of a node. */
const KNOWN: Readonly<
  Record<Exclude<NodeTelemetryType, MeasuredNodeTelemetry>, (node: NodeReport) => number>
> = {
  TOTAL_GPU_NODES: (node) => one(hasGpus(node)),
  READY_GPU_NODES: (node) => one(hasGpus(node) && isReady(node)),
  FULLY_FREE_GPU_NODES: (node) => one(hasGpus(node) && isReady(node) && node.devices.every(isFree)),
  TOTAL_GPUS: ({ devices }) => devices.length,
  READY_GPUS: (node) => (isReady(node) ? node.devices.length : 0),
  FREE_GPUS: (node) => (isReady(node) ? node.devices.filter(isFree).length : 0),
  ALLOCATED_GPUS: ({ devices }) => total(devices.map(({ allocatedMilliGpu }) => allocatedMilliGpu)) / MILLI,
  TOTAL_CPU_CORES: ({ cpuMilli }) => cpuMilli / MILLI,
  TOTAL_GPU_MEMORY_BYTES: ({ devices }) => total(devices.map(({ memoryMiB }) => memoryMiB)) * MIB,
  TOTAL_CPU_MEMORY_BYTES: ({ memoryMiB }) => memoryMiB * MIB,
};

/** Whether exporters measure the type, rather than schedulers knowing it. */
export const isMeasured = (type: NodeTelemetryType): type is MeasuredNodeTelemetry => !(type in KNOWN);

/** The telemetry of each node; of a measured type the values by cluster and node, a node without one is left out. */
export function nodeParts(
  type: NodeTelemetryType,
  nodes: readonly PlacedNode[],
  measured: (clusterId: string, node: string) => number | undefined,
): readonly Part[] {
  return nodes.flatMap(({ cluster, node }) => {
    const value = isMeasured(type) ? measured(cluster.id, node.name) : KNOWN[type](node);
    if (value === undefined) return [];
    const groups = {
      ClusterId: { value: cluster.id, ...maybe('name', cluster.name) },
      Nodepool: { value: node.pool ?? DEFAULT_NODE_POOL },
      Node: { value: node.uid, name: node.name },
    };
    return [{ value, groups }];
  });
}
