import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { ReplicaTimeoutError } from './replica-timeouts';

export interface Http2UpstreamOptions {
  /** Timeout for opening a connection, ms. */
  readonly connectMs: number;
  /** Idle timeout of a connection without a stream, ms. */
  readonly idleMs: number;
  /** Idle timeout of a stream, without data in either direction, ms. */
  readonly silenceMs: number;
}

/** Maximum concurrent streams of one connection, even where the replica allows more. */
const MOST_STREAMS = 100;
/** Flow control windows: data that a replica may send before the client has read it, bytes. */
const STREAM_WINDOW = 65_535;
const SESSION_WINDOW = 1_048_576;

/** Longest body that is kept until its response begins, to repeat a refused stream, bytes. */
const MOST_KEPT = 65_536;

/** A connection and its streams. */
interface Connection {
  readonly session: ClientHttp2Session;
  streams: number;
  /** The connection accepts no further streams. */
  ended: boolean;
  /** Calls that start once the connection is open. */
  readonly waiting: Http2Call[];
}

/** Sends requests to a replica over cleartext HTTP/2 with prior knowledge, as gRPC servers expect it. */
export class Http2Upstream implements Pick<Dispatcher, 'dispatch'> {
  private readonly connections = new Set<Connection>();
  private readonly origin: string;
  /** The replica has closed an idle connection before this side did. */
  private closesEarly = false;
  /** Maximum streams per connection in the latest settings of the replica. */
  private allowed = MOST_STREAMS;

  constructor(
    private readonly address: string,
    private readonly options: Http2UpstreamOptions,
  ) {
    this.origin = `http://${address}`;
  }

  /** Never throws; errors are reported to the handler. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    // Start after pending events were processed, so that a connection which the replica has closed is not used.
    const { silenceMs } = this.options;
    const begin = (call: Http2Call): void => this.begin(call);
    setImmediate(() => begin(new Http2Call(options, handler, { authority: this.address, silenceMs, begin })));
    return true;
  }

  /** Lets streams in flight finish. */
  close(): void {
    for (const connection of this.connections) this.end(connection);
  }

  /** Ends all streams and closes the connections. */
  destroy(): void {
    for (const { session } of this.connections) session.destroy();
  }

  private begin(call: Http2Call): void {
    const free = [...this.connections].find((one) => !one.ended && one.streams < this.allowed);
    const connection = free ?? this.open();
    connection.streams += 1;
    connection.session.setTimeout(0);
    if (connection.session.connecting) connection.waiting.push(call);
    else this.start(connection, call);
  }

  private start(connection: Connection, call: Http2Call): void {
    call.start(connection.session, () => {
      connection.streams -= 1;
      if (connection.streams > 0 || connection.ended) return;
      if (this.closesEarly) this.end(connection);
      else connection.session.setTimeout(this.options.idleMs);
    });
  }

  private open(): Connection {
    const settings = { enablePush: false, initialWindowSize: STREAM_WINDOW };
    const session = connect(this.origin, { settings });
    const connection: Connection = { session, streams: 0, ended: false, waiting: [] };
    let cause = new Error('the connection was closed');
    const late = setTimeout(
      () => session.destroy(new Error('the connection did not open in time')),
      this.options.connectMs,
    );
    session.once('connect', () => {
      clearTimeout(late);
      // Node emits this also for a session that was destroyed meanwhile.
      if (session.destroyed) return;
      session.setLocalWindowSize(SESSION_WINDOW);
      connection.waiting.splice(0).forEach((call) => this.start(connection, call));
      if (connection.ended) session.close();
    });
    session.on('remoteSettings', ({ maxConcurrentStreams = MOST_STREAMS }) => {
      // At least 1: a replica that allows none refuses the stream.
      this.allowed = Math.max(1, Math.min(MOST_STREAMS, maxConcurrentStreams));
    });
    session.on('goaway', () => (connection.ended = true));
    session.on('timeout', () => this.end(connection));
    session.on('error', (error: Error) => (cause = error));
    session.once('close', () => {
      clearTimeout(late);
      if (!connection.ended && connection.streams === 0) this.closesEarly = true;
      connection.ended = true;
      this.connections.delete(connection);
      connection.waiting.splice(0).forEach((call) => call.unsent(cause));
    });
    this.connections.add(connection);
    return connection;
  }

  private end(connection: Connection): void {
    connection.ended = true;
    // Calls that wait for the connection to open are sent first.
    if (connection.waiting.length === 0) connection.session.close();
  }
}

interface CallOptions {
  /** `:authority` of requests without a host. */
  readonly authority: string;
  readonly silenceMs: number;
  /** Starts the call again. */
  readonly begin: (call: Http2Call) => void;
}

/** One request and its response; calls the handler as undici does. */
class Http2Call implements Dispatcher.DispatchController {
  aborted = false;
  reason: Error | null = null;
  rawHeaders: string[] | null = null;
  rawTrailers: string[] | null = null;
  private stream: ClientHttp2Stream | undefined;
  private over = false;
  private refused = false;
  /** The part of the body that was sent; undefined once it is too long, or the response has begun. */
  private kept: Buffer[] | undefined = [];
  private keptBytes = 0;

  constructor(
    private readonly options: Dispatcher.DispatchOptions,
    private readonly handler: Dispatcher.DispatchHandler,
    private readonly more: CallOptions,
  ) {}

  get paused(): boolean {
    return this.stream?.isPaused() ?? false;
  }

  pause(): void {
    this.stream?.pause();
  }

  resume(): void {
    this.stream?.resume();
  }

  abort(reason: Error): void {
    if (this.aborted || this.over) return;
    this.aborted = true;
    this.reason = reason;
    this.stream?.close(constants.NGHTTP2_CANCEL);
    this.fail(reason);
  }

  /** The connection failed before any byte of the call was sent. */
  unsent(error: Error): void {
    this.fail(error);
  }

  /** Sends the call; `finished` is called when its stream has closed. */
  start(session: ClientHttp2Session, finished: () => void): void {
    try {
      if (!this.refused) this.handler.onRequestStart?.(this, undefined);
      if (this.over) return finished();
      const { body } = this.options;
      const stream = session.request(this.head(), { endStream: body === null || body === undefined });
      this.stream = stream;
      stream.once('close', finished);
      this.listen(stream);
      if (Buffer.isBuffer(body)) stream.end(body);
      else if (body !== null && body !== undefined) this.send(body as Readable, stream);
    } catch (error) {
      if (this.stream === undefined) finished();
      this.fail(error as Error);
    }
  }

  private send(body: Readable, stream: ClientHttp2Stream): void {
    if (!this.refused) body.on('data', (chunk: Buffer) => this.keep(chunk));
    else for (const chunk of this.kept ?? []) stream.write(chunk);
    if (body.readableEnded) stream.end();
    else body.pipe(stream);
  }

  private keep(chunk: Buffer): void {
    this.keptBytes += chunk.length;
    if (this.keptBytes > MOST_KEPT) this.kept = undefined;
    else this.kept?.push(chunk);
  }

  /**
   * Whether the call is repeated: a refused stream was not processed (RFC 9113 §8.7), and its body was kept. Once only.
   */
  private isRepeated({ rstCode }: ClientHttp2Stream): boolean {
    return (
      !this.over &&
      !this.refused &&
      rstCode === constants.NGHTTP2_REFUSED_STREAM &&
      this.rawHeaders === null &&
      this.kept !== undefined
    );
  }

  private listen(stream: ClientHttp2Stream): void {
    const guarded =
      <A extends readonly unknown[]>(act: (...args: A) => void) =>
      (...args: A): void => {
        if (this.over) return;
        try {
          act(...args);
        } catch (error) {
          this.fail(error as Error);
        }
      };
    stream.setTimeout(this.more.silenceMs, () => this.fail(new ReplicaTimeoutError('UND_ERR_BODY_TIMEOUT')));
    stream.on(
      'response',
      guarded((headers: IncomingHttpHeaders & { ':status'?: number }, _flags: number, raw?: string[]) => {
        this.rawHeaders = plain(raw ?? []);
        this.kept = undefined;
        this.handler.onResponseStart?.(this, headers[':status'] ?? 0, headers);
      }),
    );
    stream.on(
      'data',
      guarded((chunk: Buffer) => this.handler.onResponseData?.(this, chunk)),
    );
    stream.on(
      'trailers',
      guarded((_trailers: IncomingHttpHeaders, _flags: number, raw?: string[]) => {
        this.rawTrailers = plain(raw ?? []);
      }),
    );
    stream.on(
      'end',
      guarded(() => {
        if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || stream.aborted) return;
        this.over = true;
        this.handler.onResponseEnd?.(this, {});
        // The response is complete; the replica does not need the rest of the request.
        if (!stream.writableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
      }),
    );
    stream.on('error', (error) => {
      if (!this.isRepeated(stream)) this.fail(error);
    });
    stream.on('close', () => {
      if (!this.isRepeated(stream)) return this.fail(new ResetByReplica(stream.rstCode));
      this.refused = true;
      this.more.begin(this);
    });
  }

  private fail(error: Error): void {
    if (this.over) return;
    this.over = true;
    if (this.stream?.closed === false) this.stream.close(constants.NGHTTP2_CANCEL);
    this.handler.onResponseError?.(this, error);
  }

  /** The headers in the form of HTTP/2; Host becomes `:authority`. */
  private head(): OutgoingHttpHeaders {
    const { method, path, headers } = this.options;
    const head: OutgoingHttpHeaders = { ':method': method, ':path': path, ':scheme': 'http' };
    const flat = headers as readonly string[];
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const [name = '', value = ''] = [flat[index]?.toLowerCase(), flat[index + 1]];
      const key = name === 'host' ? ':authority' : name;
      const before = head[key];
      head[key] = before === undefined ? value : [before, value].flat().map(String);
    }
    head[':authority'] ??= this.more.authority;
    return head;
  }
}

class ResetByReplica extends Error {
  readonly code = 'ERR_HTTP2_STREAM_ERROR';

  constructor(code: number | undefined) {
    super(`the stream closed with code ${code}`);
  }
}

/** The headers without pseudo-headers, flat. */
function plain(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]];
    if (!name.startsWith(':')) kept.push(name, value);
  }
  return kept;
}
