import type { WorkloadChange } from '../../live/live-events';

/** The newest events of the page, newest first, and how many older ones it has left out for them. */
export interface EventList {
  readonly events: readonly WorkloadChange[];
  readonly dropped: number;
}

export const NO_EVENTS: EventList = { events: [], dropped: 0 };

/** The list with events that arrived, oldest first; one that is there already is not added again. */
export function withEvents(list: EventList, arrived: readonly WorkloadChange[], most: number): EventList {
  const known = new Set(list.events.map(({ id }) => id));
  const fresh: WorkloadChange[] = [];
  for (const event of arrived) {
    if (known.has(event.id)) continue;
    known.add(event.id);
    fresh.push(event);
  }
  if (fresh.length === 0) return list;
  const all = [...fresh.reverse(), ...list.events];
  return { events: all.slice(0, most), dropped: list.dropped + Math.max(0, all.length - most) };
}
