import type { z } from 'zod';
import {
  ApplyCommand,
  ColdStart,
  Created,
  Deleted,
  DeviceOverfull,
  GpuAllocated,
  GpuReleased,
  MessageParked,
  OrganisationUnit,
  PhaseChanged,
  QuotaExceeded,
  RemoveCommand,
  ReplicaScheduled,
  ReplicaUnschedulable,
  ScaleDecided,
  Updated,
  UsageReported,
  WorkloadState,
} from './data';

const PREFIX = 'io.tessera.inference';

/** Every event type on Kafka with its topic, schema and description. The single source of validation. */
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
    description: 'The workload must be removed from its cluster.',
  },
  orgUnit: {
    type: 'io.tessera.org-unit.v1',
    topic: 'commands',
    schema: OrganisationUnit,
    description: 'A project or department of the cluster: its namespace and its GPU quota.',
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
    description: 'A workload was deleted: its pods have ended and its GPU share is free.',
  },
  phaseChanged: {
    type: `${PREFIX}.phase-changed.v1`,
    topic: 'events',
    schema: PhaseChanged,
    description: 'The phase of a workload, or the reason of the phase, changed.',
  },
  replicaScheduled: {
    type: `${PREFIX}.replica-scheduled.v1`,
    topic: 'events',
    schema: ReplicaScheduled,
    description: 'A replica was placed on a node.',
  },
  replicaUnschedulable: {
    type: `${PREFIX}.replica-unschedulable.v1`,
    topic: 'events',
    schema: ReplicaUnschedulable,
    description: 'A replica fits on no node now; the verdict gives the reason per filter.',
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
    description: 'A replica that a scaling decision started takes requests; with the duration of each stage.',
  },
  gpuAllocated: {
    type: `${PREFIX}.gpu-allocated.v1`,
    topic: 'events',
    schema: GpuAllocated,
    description: 'A share of GPUs was allocated to a replica.',
  },
  gpuReleased: {
    type: `${PREFIX}.gpu-released.v1`,
    topic: 'events',
    schema: GpuReleased,
    description: 'A replica released its share of GPUs.',
  },
  deviceOverfull: {
    type: `${PREFIX}.device-overfull.v1`,
    topic: 'events',
    schema: DeviceOverfull,
    description: 'A replica was ended because its device was given away more than once.',
  },
  messageParked: {
    type: `${PREFIX}.message-parked.v1`,
    topic: 'events',
    schema: MessageParked,
    description:
      'An event or the state of a workload was not sent, because its topic does not accept it; it is kept and can be sent later.',
  },
  quotaExceeded: {
    type: `${PREFIX}.quota-exceeded.v1`,
    topic: 'events',
    schema: QuotaExceeded,
    description: 'A replica would exceed the deserved quota.',
  },
  state: {
    type: `${PREFIX}.state.v1`,
    topic: 'workloads',
    schema: WorkloadState,
    description: 'The latest state of a workload, for consumers that rebuild a view.',
  },
  usageReported: {
    type: `${PREFIX}.usage-reported.v1`,
    topic: 'usage',
    schema: UsageReported,
    description: 'Requests and tokens that a gateway served of a workload to a key within a minute.',
  },
} as const satisfies Record<
  string,
  {
    type: string;
    topic: 'commands' | 'events' | 'workloads' | 'usage';
    schema: z.ZodType;
    description: string;
  }
>;

export type EventName = keyof typeof EVENTS;
/** Names of the events of the events topic. */
export type PublicEventName = {
  [N in EventName]: (typeof EVENTS)[N]['topic'] extends 'events' ? N : never;
}[EventName];
export type EventData<N extends EventName> = z.infer<(typeof EVENTS)[N]['schema']>;
