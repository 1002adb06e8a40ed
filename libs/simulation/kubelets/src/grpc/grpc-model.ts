import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';

/** A call as its model server counts it. */
export interface GrpcCalls {
  /** Status code of gRPC for the answers, 0 for OK. */
  readonly status: number;
  readonly latencyMs: number;
  /** A call begins; the result is called when it has ended. */
  readonly begin: (path: string) => () => void;
  /** Whether probes succeed. */
  readonly isReady: () => boolean;
}

/** The only method that is not an echo (https://grpc.io/docs/guides/health-checking). */
const HEALTH = '/grpc.health.v1.Health/Check';
/** A HealthCheckResponse with its length before it: `status` is SERVING or NOT_SERVING. */
const health = (status: 1 | 2): Buffer => Buffer.from([0, 0, 0, 0, 2, 0x08, status]);

/**
 * The gRPC side of a simulated model server. Every method of every service echoes its messages, as one or as a stream:
 * the messages of a call are forwarded without being read.
 */
export class GrpcModel {
  private readonly server: Http2Server = createServer();
  private readonly sessions = new Set<ServerHttp2Session>();

  constructor(private readonly calls: GrpcCalls) {
    this.server.on('stream', (stream, headers) => this.answer(stream, headers));
    this.server.on('session', (session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
    });
    this.server.on('sessionError', () => undefined);
  }

  /** Serves a connection that begins with the preface of HTTP/2. */
  accept(socket: Socket): void {
    this.server.emit('connection', socket);
  }

  /** Accepts no further calls. */
  close(): void {
    for (const session of this.sessions) session.close();
  }

  /** Ends every call. */
  destroy(): void {
    for (const session of this.sessions) session.destroy();
  }

  private answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { [':path']: path = '/' } = headers;
    stream.on('error', () => stream.destroy());
    if (path === HEALTH) return this.reply(stream, 0, health(this.calls.isReady() ? 1 : 2));
    stream.once('close', this.calls.begin(String(path)));
    const answer = (): void => {
      if (stream.destroyed || stream.closed) return;
      if (this.calls.status !== 0) return this.reply(stream, this.calls.status, undefined);
      this.head(stream, 0);
      stream.pipe(stream);
    };
    setTimeout(answer, this.calls.latencyMs);
  }

  private reply(stream: ServerHttp2Stream, status: number, message: Buffer | undefined): void {
    this.head(stream, status);
    stream.resume().end(message);
  }

  private head(stream: ServerHttp2Stream, status: number): void {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }));
  }
}
