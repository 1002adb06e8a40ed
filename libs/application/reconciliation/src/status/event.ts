import type { EventData, EventName, WorkloadRef } from '@tessera/contracts-events';

/** A fact about a workload, not yet numbered. */
export type WorkloadEvent = {
  [N in EventName]: { readonly name: N; readonly data: EventData<N> };
}[EventName];

/** What every fact about a workload says. */
export type EventBase = WorkloadRef & { readonly generation: number };
