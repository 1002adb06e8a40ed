import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import type { Reader } from '../events/event-stream';
import { LogStream, type LogTimings } from './log-stream';
import { StreamSlots } from '../streams/slots';

const TIMINGS: LogTimings = { checkMs: 2_000, stalledMs: 60_000, unconfirmedMs: 30_000 };

export interface LogStreamsOptions {
  /** Log streams that one subject may have open in this process. */
  readonly perSubject: number;
  readonly now: () => number;
}

export interface LogQuestion {
  readonly reader: Reader;
  readonly mayStill: () => Promise<boolean>;
  readonly follow: boolean;
  /** Requests the log from the cluster. */
  readonly connect: () => Promise<ReadableStream<Uint8Array>>;
}

/** The log streams of this process. */
export class LogStreams {
  private readonly streams = new Set<LogStream>();
  private readonly slots: StreamSlots;
  private stopped = false;

  constructor(private readonly options: LogStreamsOptions) {
    this.slots = new StreamSlots(options.perSubject, 'logs');
  }

  /** Open log streams. */
  get open(): number {
    return this.streams.size;
  }

  /** Connects and sends. Throws 429 when the subject has too many streams, 503 when the process stops. */
  async send({ reader, mayStill, follow, connect }: LogQuestion): Promise<ReadableStream<Uint8Array>> {
    if (this.stopped) throw new HttpError(503, ERRORS[503].message, 'the API is shutting down');
    const release = this.slots.take(reader.principal.subjectId);
    let source: ReadableStream<Uint8Array>;
    try {
      source = await connect();
    } catch (error) {
      release();
      throw error;
    }
    const stream = new LogStream({
      source,
      follow,
      mayStill,
      expiresAt: reader.claims.exp * 1000,
      now: this.options.now,
      timings: TIMINGS,
      onEnd: () => {
        this.streams.delete(stream);
        release();
      },
    });
    this.streams.add(stream);
    if (this.stopped) stream.stop();
    return stream.body;
  }

  /** Ends all log streams. */
  stop(): void {
    this.stopped = true;
    for (const stream of this.streams) stream.stop();
  }
}
