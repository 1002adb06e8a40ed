import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

/** Time limits of a session. */
export interface SessionLimits {
  /** Longest time until the first stream of a session, and until an idle session acknowledges a ping, ms. */
  readonly headMs: number;
  /** Longest time without a stream, ms. */
  readonly keepAliveMs: number;
}

/** How long an ended session may wait for its client, ms. */
const LINGER_MS = 1_000;

/** Destroys a socket whose client does not close its side, or does not read the rest, within {@link LINGER_MS}. */
export function destroyAfterLinger(socket: Socket): void {
  const limit = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(limit));
}

/**
 * The session of a caller. Enforces its time limits whatever state Node's session is in: after a protocol error, that
 * one neither reads nor sends and emits no further events, not even that a stream or the connection was closed.
 */
export class CallerSession {
  private readonly streams = new Set<ServerHttp2Stream>();
  private readonly idle: NodeJS.Timeout;
  /** Whether the client has acknowledged the last ping. */
  private isAlive = true;

  constructor(
    private readonly session: ServerHttp2Session,
    private readonly socket: Socket,
    limits: SessionLimits,
  ) {
    const endIdle = (): void => {
      if (!this.isBusy()) this.end();
    };
    closingAfterReading(session);
    const first = setTimeout(endIdle, limits.headMs);
    const checks = setInterval(() => this.check(), limits.headMs);
    this.idle = setTimeout(endIdle, limits.keepAliveMs);
    session.on('stream', (stream) => {
      clearTimeout(first);
      this.streams.add(stream);
      stream.once('close', () => {
        this.streams.delete(stream);
        this.idle.refresh();
      });
    });
    session.once('close', () => {
      clearTimeout(first);
      clearTimeout(this.idle);
      clearInterval(checks);
    });
  }

  /**
   * Whether a stream is in use. A stream that either side has closed does not count, even if its end was not sent yet:
   * after a protocol error that never happens.
   */
  isBusy(): boolean {
    for (const { closed } of this.streams) if (!closed) return true;
    return false;
  }

  /** Accepts no further streams; those in flight may finish. */
  close(): void {
    this.session.close();
  }

  destroy(): void {
    this.session.destroy();
    // Node waits until pending data is written: for ever where the client reads nothing.
    destroyAfterLinger(this.socket);
  }

  /**
   * Closes the session, then destroys it: Node waits for the rest of a head that has begun, even if it never arrives.
   */
  private end(): void {
    this.session.close();
    const limit = setTimeout(() => this.destroy(), LINGER_MS);
    this.session.once('close', () => clearTimeout(limit));
  }

  /** Pings an idle session; destroys it if it did not acknowledge the last ping. */
  private check(): void {
    const { session } = this;
    // Destroyed by an error, or for a stream that could not be aborted.
    if (session.destroyed) return destroyAfterLinger(this.socket);
    if (this.isBusy()) {
      this.isAlive = true;
      this.idle.refresh();
      return;
    }
    if (!this.isAlive) return this.destroy();
    this.isAlive = false;
    session.ping((error) => {
      this.isAlive = error === null;
    });
  }
}

/**
 * Delays `close` of a session until the received data was processed; Node calls it when the client sends GOAWAY.
 * nghttp2 before 1.68.1 continues to read after that: a request or a malformed frame after the GOAWAY then corrupts
 * memory and ends the process (CVE-2026-27135).
 */
function closingAfterReading(session: ServerHttp2Session): void {
  const close = session.close.bind(session);
  session.close = (callback) => void setImmediate(() => close(callback));
}
