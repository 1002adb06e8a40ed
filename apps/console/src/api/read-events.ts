import { EventLines } from '../live/event-lines';
import type { WorkloadChange } from '../live/live-events';
import type { ApiClient, Call } from './client';
import { ofApi } from './json';

/** Kept events, oldest first. */
export interface KeptEvents {
  readonly events: readonly WorkloadChange[];
  /** Older ones were asked for that the API keeps no more. */
  readonly missed: boolean;
  /** There are more than were wanted, all of them later. */
  readonly cut: boolean;
}

/** Reads events that the API keeps, up to `most` of them, and waits for no later ones. */
export async function readEvents(
  api: Pick<ApiClient, 'send'>,
  query: NonNullable<Call['query']>,
  most: number,
  signal: AbortSignal,
): Promise<KeptEvents> {
  const { body } = await api.send('stream_events', { query: { ...query, follow: false }, signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const lines = new EventLines();
  const events: WorkloadChange[] = [];
  let missed = false;
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
    for (const { type, data } of lines.push(piece.value)) {
      if (type === 'missed') missed = true;
      else if (data !== undefined) events.push(ofApi<WorkloadChange>(data));
    }
    if (events.length > most) {
      await reader?.cancel();
      return { events: events.slice(0, most), missed, cut: true };
    }
  }
  return { events, missed, cut: false };
}
