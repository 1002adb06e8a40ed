import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SilentReplica } from './silence';

export interface Http2UpstreamOptions {
  /** Longest time for a connection to open, ms. */
  readonly connectMs: number;
  /** How long a connection without a stream is kept, ms. */
  readonly idleMs: number;
  /** Longest silence of a stream in both directions, ms. */
  readonly silenceMs: number;
}

/** Most concurrent streams over one connection, also where the replica allows more. */
const MOST_STREAMS = 100;
/** Data of a stream, and of a connection, that a replica may send before the client has read it, bytes. */
const STREAM_WINDOW = 65_535;
const SESSION_WINDOW = 1_048_576;

/** Most of a body that is kept until its response begins, so that a refused stream can be repeated, bytes. */
const MOST_KEPT = 65_536;

/** A connection and its streams. */
interface Line {
  readonly session: ClientHttp2Session;
  streams: number;
  /** It takes no further streams. */
  ended: boolean;
  /** Calls that begin once it is open. */
  readonly waiting: Http2Call[];
}

/** Sends requests to a replica over HTTP/2 in cleartext, by prior knowledge, as gRPC servers expect it. */
export class Http2Upstream implements Pick<Dispatcher, 'dispatch'> {
  private readonly lines = new Set<Line>();
  private readonly origin: string;
  /** The replica was seen to close an idle connection sooner than this side. */
  private closesEarly = false;
  /** Most streams of a connection, as the replica last said. */
  private allowed = MOST_STREAMS;

  constructor(
    private readonly address: string,
    private readonly options: Http2UpstreamOptions,
  ) {
    this.origin = `http://${address}`;
  }

  /** Never throws; what fails is reported to the handler. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    // After what has arrived was read: a connection that the replica has closed is not used.
    const { silenceMs } = this.options;
    const begin = (call: Http2Call): void => this.begin(call);
    setImmediate(() => begin(new Http2Call(options, handler, { authority: this.address, silenceMs, begin })));
    return true;
  }

  /** Lets streams in flight finish. */
  close(): void {
    for (const line of this.lines) this.end(line);
  }

  /** Ends all streams. */
  destroy(): void {
    for (const { session } of this.lines) session.destroy();
  }

  private begin(call: Http2Call): void {
    const free = [...this.lines].find((one) => !one.ended && one.streams < this.allowed);
    const line = free ?? this.open();
    line.streams += 1;
    line.session.setTimeout(0);
    if (line.session.connecting) line.waiting.push(call);
    else this.start(line, call);
  }

  private start(line: Line, call: Http2Call): void {
    call.start(line.session, () => {
      line.streams -= 1;
      if (line.streams > 0 || line.ended) return;
      if (this.closesEarly) this.end(line);
      else line.session.setTimeout(this.options.idleMs);
    });
  }

  private open(): Line {
    const settings = { enablePush: false, initialWindowSize: STREAM_WINDOW };
    const session = connect(this.origin, { settings });
    const line: Line = { session, streams: 0, ended: false, waiting: [] };
    let cause = new Error('the connection was closed');
    const late = setTimeout(
      () => session.destroy(new Error('the connection did not open in time')),
      this.options.connectMs,
    );
    session.once('connect', () => {
      clearTimeout(late);
      // Node says so of a session that was destroyed meanwhile too.
      if (session.destroyed) return;
      session.setLocalWindowSize(SESSION_WINDOW);
      line.waiting.splice(0).forEach((call) => this.start(line, call));
      if (line.ended) session.close();
    });
    session.on('remoteSettings', ({ maxConcurrentStreams = MOST_STREAMS }) => {
      // A connection that allows none is of no use; its streams are refused.
      this.allowed = Math.max(1, Math.min(MOST_STREAMS, maxConcurrentStreams));
    });
    session.on('goaway', () => (line.ended = true));
    session.on('timeout', () => this.end(line));
    session.on('error', (error: Error) => (cause = error));
    session.once('close', () => {
      clearTimeout(late);
      if (!line.ended && line.streams === 0) this.closesEarly = true;
      line.ended = true;
      this.lines.delete(line);
      line.waiting.splice(0).forEach((call) => call.unsent(cause));
    });
    this.lines.add(line);
    return line;
  }

  private end(line: Line): void {
    line.ended = true;
    // Calls that wait for it to open are sent first.
    if (line.waiting.length === 0) line.session.close();
  }
}

interface CallOptions {
  /** `:authority` of requests without a host. */
  readonly authority: string;
  readonly silenceMs: number;
  /** Begins the call once more. */
  readonly begin: (call: Http2Call) => void;
}

/** One request and its response, for the handler as undici calls it. */
class Http2Call implements Dispatcher.DispatchController {
  aborted = false;
  reason: Error | null = null;
  rawHeaders: string[] | null = null;
  rawTrailers: string[] | null = null;
  private stream: ClientHttp2Stream | undefined;
  private over = false;
  private refused = false;
  /** What was sent of the body; undefined once that is too much, or the response has begun. */
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

  /** No byte of it was sent. */
  unsent(error: Error): void {
    this.fail(error);
  }

  /** Sends it; `finished` is called when its stream has closed. */
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

  /** A refused stream was not processed (RFC 9113 §8.7); it is repeated once, where all of it is still there. */
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
    stream.setTimeout(this.more.silenceMs, () => this.fail(new SilentReplica('UND_ERR_BODY_TIMEOUT')));
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
        // The replica has said everything; the rest of the request has nobody to read it.
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

  /** Headers as HTTP/2 has them; Host becomes `:authority`. */
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

/** Without pseudo-headers; flat. */
function plain(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]];
    if (!name.startsWith(':')) kept.push(name, value);
  }
  return kept;
}
