/** Times of a log stream, ms. */
export interface LogTimings {
  /** Interval between two checks of token and permission. */
  readonly checkMs: number;
  /** A client that reads nothing for this long is disconnected. */
  readonly stalledMs: number;
  /** Longest time a stream continues while the permission cannot be checked. */
  readonly unconfirmedMs: number;
}

export interface LogStreamOptions {
  /** The log as the cluster sends it; cancelling it closes the connection. */
  readonly source: ReadableStream<Uint8Array>;
  /**
   * Whether the log is followed: then an early end is no loss. Otherwise it is an error, so that no client mistakes a
   * part for the whole log.
   */
  readonly follow: boolean;
  /** Expiry of the token, ms since 1970. */
  readonly expiresAt: number;
  /** Whether the reader may still see the log. Rejects while this cannot be determined. */
  readonly mayStill: () => Promise<boolean>;
  readonly now: () => number;
  readonly timings: LogTimings;
  /** Called once, however the stream ends. */
  readonly onEnd: () => void;
}

/**
 * A log on its way to one client. It ends with the token or the permission of its reader, when the client disconnects
 * or reads nothing, and with {@link stop}; the connection to the cluster is closed at once.
 */
export class LogStream {
  readonly body: ReadableStream<Uint8Array>;
  private readonly source: ReadableStreamDefaultReader<Uint8Array>;
  private controller!: ReadableStreamDefaultController<Uint8Array>;
  private readonly watch: NodeJS.Timeout;
  private takenAt = performance.now();
  private confirmedAt = performance.now();
  private checking = false;
  private ended = false;

  constructor(private readonly on: LogStreamOptions) {
    this.source = on.source.getReader();
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.controller = controller),
      pull: () => this.fill(),
      cancel: () => this.finish(),
    });
    this.watch = setInterval(() => void this.check(), on.timings.checkMs).unref();
  }

  /** Ends the stream because the process stops, or for the reason given. */
  stop(why = 'the API is shutting down'): void {
    if (this.ended) return;
    this.finish();
    if (this.on.follow) this.controller.close();
    else this.controller.error(new Error(why));
  }

  private async fill(): Promise<void> {
    this.takenAt = performance.now();
    try {
      const { done, value } = await this.source.read();
      this.takenAt = performance.now();
      if (this.ended) return;
      if (!done) return this.controller.enqueue(value);
      this.finish();
      this.controller.close();
    } catch (error) {
      if (this.ended) return;
      this.finish();
      throw error;
    }
  }

  private async check(): Promise<void> {
    const { now, expiresAt, timings } = this.on;
    if (now() >= expiresAt) return this.stop('the token expired');
    if ((this.controller.desiredSize ?? 0) <= 0 && performance.now() - this.takenAt > timings.stalledMs)
      return this.stop('the client stopped reading');
    if (this.checking) return;
    this.checking = true;
    try {
      if (!(await this.on.mayStill())) return this.stop('the caller may no longer read the workload');
      this.confirmedAt = performance.now();
    } catch {
      if (performance.now() - this.confirmedAt > timings.unconfirmedMs)
        this.stop('the permission of the caller cannot be checked');
    } finally {
      this.checking = false;
    }
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.watch);
    void this.source.cancel().catch(() => undefined);
    this.on.onEnd();
  }
}
