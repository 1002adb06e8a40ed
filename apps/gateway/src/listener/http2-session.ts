import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

/** Limits of a session's life. */
export interface SessionLimits {
  /** Longest time until the first stream of a session, and for the answer of one without a stream to a ping, ms. */
  readonly headMs: number;
  /** Longest time without a stream, ms. */
  readonly keepAliveMs: number;
}

/** How long an ended session may wait for its client, ms. */
const LINGER_MS = 1_000;

/** Destroys a socket whose client does not end its side, or does not read the rest, in time. */
export function lingering(socket: Socket): void {
  const limit = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(limit));
}

/**
 * A session of a caller, which ends in time whatever state Node's session is in. After a frame that breaks the protocol
 * that one reads and sends nothing more and says nothing of it: neither the next request nor the end of a stream, nor
 * that the client has left.
 */
export class CallerSession {
  private readonly streams = new Set<ServerHttp2Stream>();
  private readonly idle: NodeJS.Timeout;
  /** Whether the client has answered the last ping. */
  private isThere = true;

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
    const looks = setInterval(() => this.look(), limits.headMs);
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
      clearInterval(looks);
    });
  }

  /**
   * Whether a stream is in use. One that either side has closed counts no longer, though its end may still have to be
   * sent, which a session that broke the protocol never does.
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
    // What is being written is waited for, without end where the client reads nothing.
    lingering(this.socket);
  }

  /** A session waits for the rest of a head that has begun, also where it never comes. */
  private end(): void {
    this.session.close();
    const limit = setTimeout(() => this.destroy(), LINGER_MS);
    this.session.once('close', () => clearTimeout(limit));
  }

  /** Asks a session that is not in use whether its client is there, and destroys one that has not answered the last time. */
  private look(): void {
    const { session } = this;
    // By an error, or for a stream that could not be cut.
    if (session.destroyed) return lingering(this.socket);
    if (this.isBusy()) {
      this.isThere = true;
      this.idle.refresh();
      return;
    }
    if (!this.isThere) return this.destroy();
    this.isThere = false;
    session.ping((error) => {
      this.isThere = error === null;
    });
  }
}

/**
 * Lets a session be closed only once what has arrived is read, as Node closes it where its client says goaway. nghttp2
 * before 1.68.1 reads on after that, and a request or a malformed frame behind the goaway then corrupts memory and ends
 * the process (CVE-2026-27135).
 */
function closingAfterReading(session: ServerHttp2Session): void {
  const close = session.close.bind(session);
  session.close = (callback) => void setImmediate(() => close(callback));
}
