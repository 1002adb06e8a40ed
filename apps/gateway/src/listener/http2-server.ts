import { constants, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { contained } from '@tessera/platform-http';
import type { Exchange } from '../limits/pace';
import { asExchange, Http2Request, Http2Response } from './http2-exchange';
import { CallerSession, destroyAfterLinger, type SessionLimits } from './http2-session';

/** Limits of the sessions and streams of callers. */
export interface Http2Limits extends SessionLimits {
  /** Maximum streams of all sessions together. A stream takes as much memory as a connection over HTTP/1.1. */
  readonly streams: number;
  /** Largest head, bytes. */
  readonly headBytes: number;
}

/**
 * The kinds of requests that Node reports by different events: ordinary ones, those with `expect: 100-continue`, those
 * with another `expect`, and CONNECT.
 */
export type RequestKind = 'ordinary' | 'expect-continue' | 'expect-unknown' | 'connect';

/** Maximum concurrent streams of one session. */
const STREAMS = 100;
/** Flow control window of a stream: data that a client may send before it is read, bytes. */
const STREAM_WINDOW = 65_535;
/**
 * Flow control window of a session, so that streams that wait for a replica do not block the others, bytes. Only the
 * first {@link WIDE_SESSIONS} sessions get it, 128 MiB in all; further ones have 64 KiB.
 */
const WIDE_WINDOW = 1_048_576;
const WIDE_SESSIONS = 128;
/** Maximum memory of one session for headers and data that wait to be sent, MB. */
const SESSION_MB = 10;
/** More invalid frames than this end the session. */
const INVALID_FRAMES = 50;

/** Sessions over HTTP/2, on sockets that another server accepted. */
export class Http2Sessions {
  private readonly server: Http2Server<never, never, typeof Http2Request, typeof Http2Response>;
  private readonly sessions = new Set<CallerSession>();
  private streams = 0;
  private wide = 0;

  constructor(
    private readonly limits: Http2Limits,
    private readonly handle: (exchange: Exchange, kind: RequestKind) => void,
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
    const begin = (kind: RequestKind) =>
      contained(
        (request: Http2Request, response: Http2Response) => this.begin(request, response, kind),
        (_error, { stream }) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
      );
    this.server.on('request', begin('ordinary'));
    this.server.on('checkContinue', begin('expect-continue'));
    // Without a listener, Node responds to these itself, and waits for ever for a client that does not read.
    this.server.on('checkExpectation', begin('expect-unknown'));
    this.server.on('connect', begin('connect'));
    this.server.on('sessionError', (_error, session) => session.destroy());
  }

  /** Serves a connection that began with the HTTP/2 preface or negotiated HTTP/2 by ALPN. */
  accept(socket: Socket): void {
    // The HTTP/1 server allows half-open sockets; over HTTP/2, a client that has closed its side has disconnected.
    socket.allowHalfOpen = false;
    // An ended session waits for its client, which may never close its side.
    socket.once('finish', () => destroyAfterLinger(socket));
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

  /** Destroys every session. */
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

  private begin(request: Http2Request, response: Http2Response, kind: RequestKind): void {
    const { stream } = request;
    // A refused stream was not processed, so the client may send the request again (RFC 9113 §8.7).
    if (this.streams >= this.limits.streams) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    this.streams += 1;
    stream.once('close', () => (this.streams -= 1));
    this.handle(asExchange(request, response), kind);
  }
}
