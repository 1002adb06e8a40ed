import { constants, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { contained } from '@tessera/platform-http';
import type { Exchange } from '../limits/pace';
import { asExchange, Http2Request, Http2Response } from './http2-exchange';

/** Limits of the sessions and streams of callers. */
export interface Http2Limits {
  /** Most streams of all sessions together. A stream takes as much memory as a connection over HTTP/1.1. */
  readonly streams: number;
  /** Longest time until the first stream of a session, and for the answer of one without a stream to a ping, ms. */
  readonly headMs: number;
  /** Longest time without a stream, ms. */
  readonly keepAliveMs: number;
  /** Largest head, bytes. */
  readonly headBytes: number;
}

/** Most concurrent streams of one session. */
const STREAMS = 100;
/** Data of a stream that a client may send before somebody reads it, bytes. */
const STREAM_WINDOW = 65_535;
/**
 * The same for a whole session, so that streams that wait for a replica do not stop the others; for the first
 * {@link WIDE_SESSIONS} sessions, further ones have 64 KiB. Together 128 MiB.
 */
const WIDE_WINDOW = 1_048_576;
const WIDE_SESSIONS = 128;
/** Most memory of one session for heads and data that wait to be sent, MB. */
const SESSION_MB = 10;
/** Further frames that are none end the session. */
const INVALID_FRAMES = 50;

/** How long a client may leave its side of an ended session open, ms. */
const LINGER_MS = 1_000;

/** Sessions over HTTP/2, on sockets that another server accepted. */
export class Http2Sessions {
  private readonly server: Http2Server<never, never, typeof Http2Request, typeof Http2Response>;
  private readonly sessions = new Map<ServerHttp2Session, { streams: number }>();
  private streams = 0;
  private wide = 0;

  constructor(
    private readonly limits: Http2Limits,
    private readonly handle: (exchange: Exchange, expectsContinue: boolean) => void,
  ) {
    this.server = createServer({
      Http2ServerRequest: Http2Request,
      Http2ServerResponse: Http2Response,
      maxSessionMemory: SESSION_MB,
      maxHeaderListPairs: 1_000,
      maxSessionInvalidFrames: INVALID_FRAMES,
      settings: {
        enablePush: false,
        maxConcurrentStreams: STREAMS,
        maxHeaderListSize: limits.headBytes,
        initialWindowSize: STREAM_WINDOW,
      },
    }) as typeof this.server;
    const begin = (expectsContinue: boolean) =>
      contained(
        (request: Http2Request, response: Http2Response) => this.begin(request, response, expectsContinue),
        (_error, { stream }) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
      );
    this.server.on('request', begin(false));
    this.server.on('checkContinue', begin(true));
    this.server.on('session', (session) => this.open(session));
    this.server.on('sessionError', (_error, session) => session.destroy());
  }

  /** Serves a connection that begins with the preface of HTTP/2, or was negotiated. */
  accept(socket: Socket): void {
    // The server of HTTP/1 lets clients end their side first; a session whose client has left is over.
    socket.allowHalfOpen = false;
    // A session that ends waits for its client, which may never end its side.
    socket.once('finish', () => {
      const limit = setTimeout(() => socket.destroy(), LINGER_MS);
      socket.once('close', () => clearTimeout(limit));
    });
    this.server.emit('connection', socket);
  }

  /** Ends the sessions without a stream. */
  closeIdle(): void {
    for (const [session, { streams }] of this.sessions) if (streams === 0) session.close();
  }

  /** Accepts no further streams; those in flight may finish. */
  close(): void {
    for (const session of this.sessions.keys()) session.close();
  }

  /** Cuts every session. */
  destroy(): void {
    for (const session of this.sessions.keys()) session.destroy();
  }

  private open(session: ServerHttp2Session): void {
    const state = { streams: 0 };
    const isWide = this.wide < WIDE_SESSIONS;
    const closeIdle = (): void => {
      if (state.streams === 0) end(session);
    };
    const first = setTimeout(closeIdle, this.limits.headMs);
    const probe = setInterval(probing(session, state), this.limits.headMs);
    const idle = setTimeout(closeIdle, this.limits.keepAliveMs);
    this.sessions.set(session, state);
    if (isWide) {
      this.wide += 1;
      session.setLocalWindowSize(WIDE_WINDOW);
    }
    session.on('stream', (stream) => {
      clearTimeout(first);
      state.streams += 1;
      stream.once('close', () => {
        state.streams -= 1;
        idle.refresh();
      });
    });
    session.once('close', () => {
      clearTimeout(first);
      clearTimeout(idle);
      clearInterval(probe);
      this.sessions.delete(session);
      if (isWide) this.wide -= 1;
    });
  }

  private begin(request: Http2Request, response: Http2Response, expectsContinue: boolean): void {
    const { stream } = request;
    // The client may send it again elsewhere: nobody has seen it (RFC 9113 §8.7).
    if (this.streams >= this.limits.streams) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    this.streams += 1;
    stream.once('close', () => (this.streams -= 1));
    this.handle(asExchange(request, response), expectsContinue);
  }
}

/** A session waits for the rest of a head that has begun, also where it never comes. */
function end(session: ServerHttp2Session): void {
  session.close();
  const limit = setTimeout(() => session.destroy(), LINGER_MS);
  session.once('close', () => clearTimeout(limit));
}

/**
 * Asks a session without a stream whether its client is there, and destroys one that has not answered the last time. After
 * a frame that breaks the protocol nothing is read any more: neither the next request nor that the client has left.
 */
function probing(session: ServerHttp2Session, state: { readonly streams: number }): () => void {
  let isThere = true;
  return () => {
    if (!isThere && state.streams === 0) return session.destroy();
    isThere = state.streams > 0 || session.destroyed;
    if (!isThere)
      session.ping((error) => {
        isThere = error === null;
      });
  };
}
