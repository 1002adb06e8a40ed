import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request and its response over HTTP/1.1, which has the connection for itself. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
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
  private readonly open = new Map<Exchange, Moved>();
  private timer: NodeJS.Timeout | undefined;

  /** `leastBytes`: of each interval. */
  constructor(
    private readonly intervalMs: number,
    private readonly leastBytes: number,
  ) {}

  watch(exchange: Exchange): void {
    if (this.leastBytes <= 0) return;
    this.open.set(exchange, movedBy(exchange));
    this.timer ??= setInterval(() => this.check(), this.intervalMs).unref();
    // The connection may carry the next request afterwards, which is watched by itself.
    exchange.response.once('close', () => this.forget(exchange));
  }

  private forget(exchange: Exchange): void {
    this.open.delete(exchange);
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private check(): void {
    for (const [exchange, before] of this.open) {
      const now = movedBy(exchange);
      const trickles = before.sending && now.sending && now.received - before.received < this.leastBytes;
      const dawdles = before.reading && now.reading && now.sent - before.sent < this.leastBytes;
      if (trickles || dawdles) exchange.request.socket.destroy();
      else this.open.set(exchange, now);
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
