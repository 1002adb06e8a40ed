import type { z } from 'zod';
import {
  ApplyCommand,
  ColdStart,
  Created,
  Deleted,
  GpuAllocated,
  GpuReleased,
  OrganisationUnit,
  PhaseChanged,
  QuotaExceeded,
  RemoveCommand,
  ReplicaScheduled,
  ReplicaUnschedulable,
  ScaleDecided,
  Updated,
  WorkloadState,
} from './data';

const PREFIX = 'io.tessera.inference';

/** Every event type that crosses Kafka: where it goes, what it carries, what it says. The one source of validation. */
export const EVENTS = {
  apply: {
    type: `${PREFIX}.apply.v1`,
    topic: 'commands',
    schema: ApplyCommand,
    description: 'The full desired state of a workload at a generation.',
  },
  remove: {
    type: `${PREFIX}.remove.v1`,
    topic: 'commands',
    schema: RemoveCommand,
    description: 'The workload is to disappear from its cluster.',
  },
  unit: {
    type: 'io.tessera.organisation.unit.v1',
    topic: 'commands',
    schema: OrganisationUnit,
    description: 'A project or department of the cluster: its namespace and what it deserves.',
  },
  created: {
    type: `${PREFIX}.created.v1`,
    topic: 'events',
    schema: Created,
    description: 'A workload was accepted by the API.',
  },
  updated: {
    type: `${PREFIX}.updated.v1`,
    topic: 'events',
    schema: Updated,
    description: 'The desired state of a workload was changed.',
  },
  deleted: {
    type: `${PREFIX}.deleted.v1`,
    topic: 'events',
    schema: Deleted,
    description: 'A workload is gone: its pods ended and its share is free.',
  },
  phaseChanged: {
    type: `${PREFIX}.phase-changed.v1`,
    topic: 'events',
    schema: PhaseChanged,
    description: 'A workload entered another phase, or its phase has another reason.',
  },
  replicaScheduled: {
    type: `${PREFIX}.replica-scheduled.v1`,
    topic: 'events',
    schema: ReplicaScheduled,
    description: 'A replica was given a node.',
  },
  replicaUnschedulable: {
    type: `${PREFIX}.replica-unschedulable.v1`,
    topic: 'events',
    schema: ReplicaUnschedulable,
    description: 'A replica fits nowhere now; the verdict says why, by filter.',
  },
  scaleDecided: {
    type: `${PREFIX}.scale-decided.v1`,
    topic: 'events',
    schema: ScaleDecided,
    description: 'The number of replicas was decided, with the inputs of the decision.',
  },
  coldStart: {
    type: `${PREFIX}.cold-start.v1`,
    topic: 'events',
    schema: ColdStart,
    description: 'The first replica of a workload that had none is ready; how long each stage took.',
  },
  gpuAllocated: {
    type: `${PREFIX}.gpu-allocated.v1`,
    topic: 'events',
    schema: GpuAllocated,
    description: 'A replica holds a share of GPUs from now on.',
  },
  gpuReleased: {
    type: `${PREFIX}.gpu-released.v1`,
    topic: 'events',
    schema: GpuReleased,
    description: 'A replica gave its share of GPUs back.',
  },
  quotaExceeded: {
    type: `${PREFIX}.quota-exceeded.v1`,
    topic: 'events',
    schema: QuotaExceeded,
    description: 'A replica does not fit the deserved quota.',
  },
  state: {
    type: `${PREFIX}.state.v1`,
    topic: 'workloads',
    schema: WorkloadState,
    description: 'The latest state of a workload, for consumers that rebuild a view.',
  },
} as const satisfies Record<
  string,
  { type: string; topic: 'commands' | 'events' | 'workloads'; schema: z.ZodType; description: string }
>;

export type EventName = keyof typeof EVENTS;
export type EventData<N extends EventName> = z.infer<(typeof EVENTS)[N]['schema']>;
