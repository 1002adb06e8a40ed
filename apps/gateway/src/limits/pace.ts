import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An exchange that is watched, and its index in the list. */
interface Watched {
  readonly exchange: Exchange;
  moved: Moved;
  at: number;
}

/** The progress of an exchange, and whether it waits for the caller. */
export interface Moved {
  /** Bytes received from the caller. */
  readonly received: number;
  /** Bytes sent to the caller. */
  readonly sent: number;
  /** Whether the gateway waits for more of the request body. */
  readonly sending: boolean;
  /** Whether the gateway waits for the caller to read the response. */
  readonly reading: boolean;
}

/** How exchanges over one protocol are measured and ended. */
export interface Transport {
  moved(exchange: Exchange): Moved;
  cut(exchange: Exchange): void;
}

/**
 * Ends exchanges whose callers are too slow, on purpose (a slow-loris attack) or not: those that transfer fewer than
 * `leastBytes` in an interval during which the gateway waits for them. They would hold their connection for ever.
 */
export class Pace {
  /**
   * An array, because a Map with many insertions and deletions reallocates its table every few entries; an old table
   * that V8 has promoted to the old generation keeps its entries alive until the next full garbage collection.
   */
  private readonly open: Watched[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** `leastBytes`: per interval; 0 or less for no limit. */
  constructor(
    private readonly intervalMs: number,
    private readonly leastBytes: number,
    private readonly transport: Transport = OVER_HTTP1,
  ) {}

  watch(exchange: Exchange): void {
    if (this.leastBytes <= 0) return;
    const watched = { exchange, moved: this.transport.moved(exchange), at: this.open.length };
    this.open.push(watched);
    this.timer ??= setInterval(() => this.check(), this.intervalMs).unref();
    // The next request on the same connection is an exchange of its own.
    exchange.response.once('close', () => this.forget(watched));
  }

  /** Removes the entry; the last entry of the array moves to its index. */
  private forget(watched: Watched): void {
    const last = this.open.pop();
    if (last !== undefined && last !== watched) {
      this.open[watched.at] = last;
      last.at = watched.at;
    }
    if (this.open.length > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private check(): void {
    const { transport, leastBytes } = this;
    for (const watched of [...this.open]) {
      const { exchange, moved: before } = watched;
      const now = transport.moved(exchange);
      const sendsTooSlowly = before.sending && now.sending && now.received - before.received < leastBytes;
      const readsTooSlowly = before.reading && now.reading && now.sent - before.sent < leastBytes;
      if (sendsTooSlowly || readsTooSlowly) transport.cut(exchange);
      else watched.moved = now;
    }
  }
}

/** HTTP/1.1, where an exchange has the connection to itself. */
export const OVER_HTTP1: Transport = {
  moved({ request, response }) {
    const { socket } = request;
    return {
      received: socket.bytesRead,
      sent: socket.bytesWritten - socket.writableLength,
      sending: isSending(request),
      reading: response.writableLength > 0 && socket.writableLength > 0,
    };
  },
  cut: ({ request }) => request.socket.destroy(),
};

/**
 * Whether the gateway waits for the caller to send more. False while the body is not read yet, or is read slowly by a
 * replica.
 */
export function isSending(request: IncomingMessage): boolean {
  if (request.complete || request.readableLength > 0) return false;
  // Streamed to a replica, or read chunk by chunk to find its model.
  return request.readableFlowing === true || request.listenerCount('readable') > 0;
}
