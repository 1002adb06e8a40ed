import type { EventData, EventName, WorkloadRef } from '@tessera/contracts-events';

/** An event of a workload, not yet numbered. */
export type UnnumberedEvent = {
  [N in EventName]: { readonly name: N; readonly data: EventData<N> };
}[EventName];

/** Common data of all workload events. */
export type EventBase = WorkloadRef & { readonly generation: number };
