import { z } from 'zod';

const count = z.number().int().min(0);

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
    .array(z.object({ profile: z.string(), start: z.number().int(), used: z.boolean() }).readonly())
    .readonly()
    .optional(),
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

/** Nodes of a cluster, sorted by name. */
export const NodeReports = z.object({ nodes: z.array(NodeReport.readonly()).readonly() });
