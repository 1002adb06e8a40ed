import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request and its response over HTTP/1.1, which has the connection for itself. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An exchange that is watched, and its place in the list. */
interface Watched {
  readonly exchange: Exchange;
  moved: Moved;
  at: number;
}

interface Moved {
  readonly received: number;
  readonly sent: number;
  /** Whether the caller was to send the rest of its body. */
  readonly sending: boolean;
  /** Whether the caller was to read what is written. */
  readonly reading: boolean;
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
  ) {}

  watch(exchange: Exchange): void {
    if (this.leastBytes <= 0) return;
    const watched = { exchange, moved: movedBy(exchange), at: this.open.length };
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
    for (const watched of [...this.open]) {
      const { exchange, moved: before } = watched;
      const now = movedBy(exchange);
      const trickles = before.sending && now.sending && now.received - before.received < this.leastBytes;
      const dawdles = before.reading && now.reading && now.sent - before.sent < this.leastBytes;
      if (trickles || dawdles) exchange.request.socket.destroy();
      else watched.moved = now;
    }
  }
}

function movedBy({ request, response }: Exchange): Moved {
  const { socket } = request;
  return {
    received: socket.bytesRead,
    sent: socket.bytesWritten - socket.writableLength,
    // A body that nobody reads yet, or that a slow replica holds up, is not the caller's to speed up.
    sending: !request.complete && request.readableFlowing === true && request.readableLength === 0,
    reading: response.writableLength > 0 && socket.writableLength > 0,
  };
}
