import { z } from 'zod';
import { DateTime } from '../primitives';

/** Types of workloads at level 2.24. */
export const WorkloadTelemetryType = z.enum([
  'WORKLOADS_COUNT',
  'GPU_ALLOCATION',
  'PENDING_TIME_DISTRIBUTION',
]);
export type WorkloadTelemetryType = z.infer<typeof WorkloadTelemetryType>;

/** Types of nodes that exporters measure; all others are known to the schedulers. */
export const MEASURED_NODE_TELEMETRY = [
  'IDLE_ALLOCATED_GPUS',
  'USED_CPU_CORES',
  'ALLOCATED_CPU_CORES',
  'USED_GPU_MEMORY_BYTES',
  'USED_CPU_MEMORY_BYTES',
  'ALLOCATED_CPU_MEMORY_BYTES',
] as const;
export type MeasuredNodeTelemetry = (typeof MEASURED_NODE_TELEMETRY)[number];

/** Types of nodes at level 2.24. */
export const NodeTelemetryType = z.enum([
  'READY_GPU_NODES',
  'READY_GPUS',
  'TOTAL_GPU_NODES',
  'TOTAL_GPUS',
  'FREE_GPUS',
  'ALLOCATED_GPUS',
  'TOTAL_CPU_CORES',
  'TOTAL_GPU_MEMORY_BYTES',
  'TOTAL_CPU_MEMORY_BYTES',
  'FULLY_FREE_GPU_NODES',
  ...MEASURED_NODE_TELEMETRY,
]);
export type NodeTelemetryType = z.infer<typeof NodeTelemetryType>;

/** Types of projects and departments at level 2.24. */
export const OrgUnitTelemetryType = z.enum([
  'GPU_QUOTA',
  'CPU_QUOTA',
  'MEMORY_QUOTA',
  'GPU_ALLOCATION',
  'CPU_ALLOCATION',
  'MEMORY_ALLOCATION',
  'GPU_ALLOCATION_NON_PREEMPTIBLE',
  'CPU_ALLOCATION_NON_PREEMPTIBLE',
  'MEMORY_ALLOCATION_NON_PREEMPTIBLE',
]);
export type OrgUnitTelemetryType = z.infer<typeof OrgUnitTelemetryType>;

export const Telemetry = z
  .object({
    type: z.string(),
    timestamp: DateTime,
    values: z.array(
      z.object({
        value: z.string(),
        groups: z
          .array(z.object({ key: z.string(), value: z.string(), name: z.string().optional() }))
          .max(2)
          .optional(),
      }),
    ),
  })
  .meta({ id: 'TelemetryResponse' });
