import { constants, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { contained } from '@tessera/platform-http';
import type { Exchange } from '../limits/pace';
import { asExchange, Http2Request, Http2Response } from './http2-exchange';
import { CallerSession, lingering, type SessionLimits } from './http2-session';

/** Limits of the sessions and streams of callers. */
export interface Http2Limits extends SessionLimits {
  /** Most streams of all sessions together. A stream takes as much memory as a connection over HTTP/1.1. */
  readonly streams: number;
  /** Largest head, bytes. */
  readonly headBytes: number;
}

/**
 * What a request asks for: an answer; one that tells first whether its body is wanted; to meet an expectation that nobody
 * knows; a tunnel.
 */
export type Asked = 'answer' | 'continue' | 'unknown' | 'tunnel';

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

/** Sessions over HTTP/2, on sockets that another server accepted. */
export class Http2Sessions {
  private readonly server: Http2Server<never, never, typeof Http2Request, typeof Http2Response>;
  private readonly sessions = new Set<CallerSession>();
  private streams = 0;
  private wide = 0;

  constructor(
    private readonly limits: Http2Limits,
    private readonly handle: (exchange: Exchange, asked: Asked) => void,
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
    const begin = (asked: Asked) =>
      contained(
        (request: Http2Request, response: Http2Response) => this.begin(request, response, asked),
        (_error, { stream }) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
      );
    this.server.on('request', begin('answer'));
    this.server.on('checkContinue', begin('continue'));
    // Node would answer these itself, and wait without end for a client that takes no answer.
    this.server.on('checkExpectation', begin('unknown'));
    this.server.on('connect', begin('tunnel'));
    this.server.on('sessionError', (_error, session) => session.destroy());
  }

  /** Serves a connection that begins with the preface of HTTP/2, or was negotiated. */
  accept(socket: Socket): void {
    // The server of HTTP/1 lets clients end their side first; a session whose client has left is over.
    socket.allowHalfOpen = false;
    // A session that ends waits for its client, which may never end its side.
    socket.once('finish', () => lingering(socket));
    const open = (session: ServerHttp2Session): void => this.open(session, socket);
    this.server.once('session', open);
    this.server.emit('connection', socket);
    this.server.off('session', open);
  }

  /** Ends the sessions without a stream. */
  closeIdle(): void {
    for (const session of this.sessions) if (!session.isBusy()) session.close();
  }

  /** Accepts no further streams; those in flight may finish. */
  close(): void {
    for (const session of this.sessions) session.close();
  }

  /** Cuts every session. */
  destroy(): void {
    for (const session of this.sessions) session.destroy();
  }

  private open(session: ServerHttp2Session, socket: Socket): void {
    const opened = new CallerSession(session, socket, this.limits);
    const isWide = this.wide < WIDE_SESSIONS;
    this.sessions.add(opened);
    if (isWide) {
      this.wide += 1;
      session.setLocalWindowSize(WIDE_WINDOW);
    }
    session.once('close', () => {
      this.sessions.delete(opened);
      if (isWide) this.wide -= 1;
    });
  }

  private begin(request: Http2Request, response: Http2Response, asked: Asked): void {
    const { stream } = request;
    // The client may send it again elsewhere: nobody has seen it (RFC 9113 §8.7).
    if (this.streams >= this.limits.streams) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    this.streams += 1;
    stream.once('close', () => (this.streams -= 1));
    this.handle(asExchange(request, response), asked);
  }
}
