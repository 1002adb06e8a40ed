import { z } from 'zod';
import { GPU_MEMORY_ENFORCEMENTS } from './reservation';

/** One device share held by a replica. `slot` is the scheduler's device number on the node, 0-based. */
export const DeviceShare = z.object({
  slot: z.number().int().min(0),
  milliGpu: z.number().int().min(0).max(1000),
  /** 0 where no label of the node states the memory of its devices. */
  memoryMiB: z.number().int().min(0),
  /** Set for MIG: the profile and the first memory slice of the instance. */
  mig: z
    .object({
      profile: z.string(),
      start: z.number().int().min(0),
      /** Set where the device plugin offers instances as whole devices. */
      strategy: z.literal('single').optional(),
    })
    .optional(),
  /** The physical device, once kubelet has chosen it. Set in events; the annotation on the pod omits it. */
  uuid: z.string().optional(),
});
export type DeviceShare = z.infer<typeof DeviceShare>;

/** The annotation `tessera.io/allocation`: the devices allocated to a replica. */
export const GpuAllocation = z.object({
  version: z.literal(1),
  node: z.string(),
  nodePool: z.string().optional(),
  /** Model of the devices, as the node's product label states it; absent where none does. */
  gpuModel: z.string().optional(),
  kind: z.enum(['none', 'whole', 'portion', 'memory', 'mig']),
  devices: z.array(DeviceShare),
  /** How the share of memory is enforced; set where devices are shared. */
  enforcement: z.enum(GPU_MEMORY_ENFORCEMENTS).optional(),
});
export type GpuAllocation = z.infer<typeof GpuAllocation>;

/** The annotation `tessera.io/gpus` of a node: its devices, in slot order. */
export const NodeGpus = z.array(
  z.object({
    index: z.number().int().min(0),
    uuid: z.string(),
    model: z.string(),
    memoryMiB: z.number().int().positive(),
    /** MIG instances that exist on the device; absent where MIG is off. */
    mig: z.array(z.object({ profile: z.string(), start: z.number().int().min(0) })).optional(),
  }),
);
export type NodeGpus = z.infer<typeof NodeGpus>;
