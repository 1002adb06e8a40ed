import type { EventStore } from '@tessera/application-control-plane';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import type { Principals } from '../identity/principals';
import { badRequest } from '../http/filters/violations';
import { EventStream, type Reader, type StreamQuery, type Timings } from './event-stream';
import { StreamSlots } from '../streams/slots';

const TIMINGS: Timings = { pollMs: 1_000, heartbeatMs: 15_000, stalledMs: 60_000 };

export interface EventStreamsOptions {
  readonly events: EventStore;
  readonly principals: Principals;
  /** Streams that one subject may have open in this process. */
  readonly perSubject: number;
  readonly now: () => number;
  readonly timings?: Timings;
}

/** The open event streams of this process. */
export class EventStreams {
  private readonly streams = new Set<EventStream>();
  private readonly slots: StreamSlots;
  private stopped = false;

  constructor(private readonly options: EventStreamsOptions) {
    this.slots = new StreamSlots(options.perSubject, 'event streams');
  }

  /**
   * Opens a stream after a position, else at a time, else at the newest event. Its position is fixed when this resolves,
   * so no later event is missed. Throws 400 for a position that no event has yet, 429 when the subject has too many
   * streams, 503 when the process stops.
   */
  async open(
    reader: Reader,
    { since, ...query }: Omit<StreamQuery, 'after'> & { readonly after?: string; readonly since?: string },
  ): Promise<ReadableStream<Uint8Array>> {
    if (this.stopped) throw new HttpError(503, ERRORS[503].message, 'the API is shutting down');
    const { subjectId } = reader.principal;
    const release = this.slots.take(subjectId);
    try {
      const { newest, forgotten } = await this.options.events.ends();
      const after = query.after ?? (since === undefined ? newest : await this.since(since, newest));
      if (BigInt(after) > BigInt(newest))
        throw badRequest([{ field: 'Last-Event-ID', message: `no event has the id ${after} yet` }]);
      const missed = BigInt(after) > 0n && BigInt(after) < BigInt(forgotten) ? forgotten : undefined;
      const stream = new EventStream({
        ...this.options,
        timings: this.options.timings ?? TIMINGS,
        reader,
        query: { ...query, after },
        missed,
        onEnd: () => {
          this.streams.delete(stream);
          release();
        },
      });
      this.streams.add(stream);
      if (this.stopped) stream.stop();
      return stream.body;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The position before a time, of events that had one when `newest` was read. */
  private async since(time: string, newest: string): Promise<string> {
    const before = await this.options.events.before(time);
    return BigInt(before) < BigInt(newest) ? before : newest;
  }

  /** Notifies all streams that events may have been added. */
  notify(): void {
    for (const stream of this.streams) stream.notify();
  }

  /** Ends all streams; their clients reconnect elsewhere and continue after the last event they received. */
  stop(): void {
    this.stopped = true;
    for (const stream of this.streams) stream.stop();
  }
}
