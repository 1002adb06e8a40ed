import { z } from 'zod';

const count = z.number().int().min(0);

/** A MIG instance: its profile, its first memory slice and the number of its memory slices. */
const Instance = z.object({ profile: z.string(), start: z.number().int(), size: count.optional() });

/** The share of a device that a pod of ours has. */
const DeviceHolder = z.object({
  workloadId: z.string(),
  namespace: z.string(),
  pod: z.string(),
  /** Number of the replica among those of its workload. */
  replica: count,
  milliGpu: count,
  memoryMiB: count,
  /** The MIG instance, where the share is one. */
  mig: Instance.readonly().optional(),
  /** Creation of the pod, RFC 3339. */
  since: z.string(),
});
export type DeviceHolder = Readonly<z.output<typeof DeviceHolder>>;

/** One GPU of a node and its allocations. */
const DeviceReport = z.object({
  index: count,
  model: z.string(),
  memoryMiB: count,
  allocatedMilliGpu: count,
  allocatedMiB: count,
  /** True if the device is held by a foreign pod or must not be used. */
  unavailable: z.boolean(),
  /** UUID of the physical device, once its reservation pod has reported it. */
  uuid: z.string().optional(),
  /** Existing MIG instances, if the device is in MIG mode. */
  mig: z
    .array(Instance.extend({ used: z.boolean() }).readonly())
    .readonly()
    .optional(),
  /** Memory slices of a device of this model; absent where MIG is off or its geometry is not known. */
  migSlices: count.optional(),
  /** Holders of the shares; absent unless they were requested. */
  holders: z.array(DeviceHolder.readonly()).readonly().optional(),
  /** The reservation pod that holds the whole device for those who share it; absent unless holders were asked for. */
  reservation: z.object({ pod: z.string(), phase: z.string(), since: z.string() }).readonly().optional(),
});
export type DeviceReport = Readonly<z.output<typeof DeviceReport>>;

/** A node with its GPUs, as seen by the scheduler of its cluster. */
const NodeReport = z.object({
  name: z.string(),
  uid: z.string(),
  createdAt: z.string(),
  conditions: z
    .array(
      z
        .object({
          type: z.string(),
          status: z.string(),
          reason: z.string(),
          message: z.string(),
          lastTransitionTime: z.string(),
        })
        .readonly(),
    )
    .readonly(),
  status: z.enum(['Ready', 'NotReady', 'Unschedulable']),
  /** Node pool; absent on nodes without a pool label. */
  pool: z.string().optional(),
  nodeType: z.string().optional(),
  taints: z
    .array(z.object({ key: z.string(), value: z.string().optional(), effect: z.string() }).readonly())
    .readonly(),
  cpuMilli: z.number(),
  memoryMiB: z.number(),
  /** Number of replicas on the node. */
  replicas: count,
  devices: z.array(DeviceReport.readonly()).readonly(),
});
export type NodeReport = Readonly<z.output<typeof NodeReport>>;

/** Page of the nodes, sorted by name, and whether to include the holders of their GPUs. */
export const NodesQuery = z.object({
  offset: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).optional(),
  holders: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
});
export type NodesQuery = z.output<typeof NodesQuery>;

/** Nodes of a cluster, sorted by name. */
export const NodeReports = z.object({
  nodes: z.array(NodeReport.readonly()).readonly(),
  /** Offset of the next page; absent on the last one. */
  next: count.optional(),
});
export type NodeReports = Readonly<z.output<typeof NodeReports>>;
