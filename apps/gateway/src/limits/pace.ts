import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An exchange that is watched, and its place in the list. */
interface Watched {
  readonly exchange: Exchange;
  moved: Moved;
  at: number;
}

/** What an exchange has moved so far, and whose turn it is. */
export interface Moved {
  /** Bytes of the caller. */
  readonly received: number;
  /** Bytes that are on their way to the caller. */
  readonly sent: number;
  /** Whether the caller is to send the rest of its body. */
  readonly sending: boolean;
  /** Whether the caller is to read what is written. */
  readonly reading: boolean;
}

/** How exchanges of one protocol are measured and ended. */
export interface Transport {
  moved(exchange: Exchange): Moved;
  cut(exchange: Exchange): void;
}

/**
 * Ends exchanges whose callers are too slow on purpose or by accident: they send or read next to nothing through a whole
 * interval in which it is their turn, and would keep their place forever.
 */
export class Pace {
  /**
   * A list, since a map that is added to and deleted from replaces its table every few entries, and a table that it has
   * left behind in the old generation keeps what was in it alive until the next full collection.
   */
  private readonly open: Watched[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** `leastBytes`: of each interval. */
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
    // The connection may carry the next request afterwards, which is watched by itself.
    exchange.response.once('close', () => this.forget(watched));
  }

  /** The last of the list takes its place. */
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
      const trickles = before.sending && now.sending && now.received - before.received < leastBytes;
      const dawdles = before.reading && now.reading && now.sent - before.sent < leastBytes;
      if (trickles || dawdles) transport.cut(exchange);
      else watched.moved = now;
    }
  }
}

/** HTTP/1.1, where an exchange has the connection for itself. */
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

/** A body that nobody reads yet, or that a slow replica holds up, is not the caller's to speed up. */
export function isSending(request: IncomingMessage): boolean {
  if (request.complete || request.readableLength > 0) return false;
  // Flowing to a replica, or read piece by piece for its model.
  return request.readableFlowing === true || request.listenerCount('readable') > 0;
}
