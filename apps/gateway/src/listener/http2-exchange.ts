import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants, Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import { isGrpc } from '../grpc/call';
import { isSending, type Exchange, type Transport } from '../limits/pace';

/** A request over HTTP/2 that counts the bytes of its body. */
export class Http2Request extends Http2ServerRequest {
  received = 0;

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk instanceof Uint8Array) this.received += chunk.byteLength;
    return super.push(chunk, encoding);
  }
}

/** Time limit for an aborted stream to close, ms. */
const CUT_MS = 5_000;

/**
 * A response over HTTP/2 with the members of {@link ServerResponse} that Node's compatibility API lacks. A response
 * that is destroyed ends with an error code, so that no client takes it for complete.
 */
export class Http2Response extends Http2ServerResponse<Http2Request> {
  /** Bytes of the body written so far. */
  written = 0;
  private held: OutgoingHttpHeaders | undefined;

  /** Delays the head until it is known whether a body follows: a gRPC error is a head without a body. */
  override writeHead(status: number, headers?: OutgoingHttpHeaders | readonly string[] | string): this {
    // `end` of the base class calls this without a body, to send the head with the end of the stream.
    if (this.writableEnded) this.send();
    else {
      this.statusCode = status;
      this.held = headers === undefined || typeof headers === 'string' ? {} : combined(headers);
    }
    return this;
  }

  flushHeaders(): void {
    this.send();
  }

  override write(chunk: string | Uint8Array, ...more: never[]): boolean {
    this.send();
    this.written += Buffer.byteLength(chunk);
    return super.write(chunk, ...more);
  }

  override addTrailers(trailers: OutgoingHttpHeaders): void {
    this.send();
    super.addTrailers(trailers);
  }

  override destroy(): this {
    const { stream } = this;
    if (stream.closed) return this;
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    // A session after a protocol error, or whose client reads nothing, cannot send the reset; then it is destroyed.
    const limit = setTimeout(() => stream.session?.destroy(), CUT_MS);
    stream.once('close', () => clearTimeout(limit));
    return this;
  }

  private send(): void {
    if (this.stream.headersSent) return;
    const { held = {} } = this;
    this.held = undefined;
    super.writeHead(this.statusCode, held);
  }
}
// Node's types declare these members, but its compatibility API lacks them.
Object.defineProperties(Http2Response.prototype, {
  headersSent: {
    get(this: Http2Response): boolean {
      return this.stream.headersSent || Reflect.get(this, 'held') !== undefined;
    },
  },
  destroyed: {
    get(this: Http2Response): boolean {
      return this.stream.destroyed || this.stream.closed;
    },
  },
  writableNeedDrain: {
    get(this: Http2Response): boolean {
      return this.stream.writableNeedDrain;
    },
  },
});

/** Headers by name. Repeated headers are joined, as RFC 9110 §5.3 allows for all but `set-cookie`. */
function combined(headers: OutgoingHttpHeaders | readonly string[]): OutgoingHttpHeaders {
  if (!isFlat(headers)) return headers;
  const all: Record<string, string | string[]> = {};
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = '', value = ''] = [headers[index]?.toLowerCase(), headers[index + 1]];
    const before = all[name];
    if (name === 'set-cookie') all[name] = [...(before ?? []), value];
    else all[name] = before === undefined ? value : `${String(before)}, ${value}`;
  }
  return all;
}

const isFlat = (headers: OutgoingHttpHeaders | readonly string[]): headers is readonly string[] =>
  Array.isArray(headers);

/**
 * Converts the headers of a request over HTTP/2 to those of HTTP/1.1: `host` from `:authority`, no pseudo-headers, one
 * `cookie` (RFC 9113 §8.2.3, §8.3.1). A `host` that differs from `:authority` is kept as a second one, which is
 * rejected.
 */
export function asExchange(request: Http2ServerRequest, response: Http2Response): Exchange {
  const { headers, rawHeaders } = request;
  const given = plainHeaders(headers, rawHeaders);
  Object.defineProperties(request, {
    headers: { value: given.headers },
    rawHeaders: { value: given.rawHeaders },
  });
  return {
    request: request as unknown as IncomingMessage,
    response: response as unknown as ServerResponse,
  };
}

function plainHeaders(
  headers: IncomingHttpHeaders,
  raw: readonly string[],
): { readonly headers: IncomingHttpHeaders; readonly rawHeaders: readonly string[] } {
  const plain: IncomingHttpHeaders = {};
  for (const name of Object.keys(headers)) if (!name.startsWith(':')) plain[name] = headers[name];
  const authority = headers[':authority'];
  if (typeof authority === 'string') plain.host = authority;
  const rawHeaders: string[] = [];
  if (plain.host !== undefined) rawHeaders.push('host', plain.host);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]];
    const repeated = name === 'cookie' || (name === 'host' && value === plain.host);
    if (!name.startsWith(':') && !repeated) rawHeaders.push(name, value);
  }
  if (plain.cookie !== undefined) rawHeaders.push('cookie', plain.cookie);
  return { headers: plain, rawHeaders };
}

/** Whether the client announced a body. */
export const isStreamWithBody = ({ request }: Exchange): boolean => !streamOf(request).endAfterHeaders;

/** Ends a stream that was idle for `ms` while the gateway waits for the client (`isClientsTurn`). */
export function watchIdle({ request, response }: Exchange, ms: number, isClientsTurn: () => boolean): void {
  const stream = streamOf(request);
  const onIdle = (): void => {
    if (isClientsTurn()) response.destroy();
    else stream.setTimeout(ms, onIdle);
  };
  stream.setTimeout(ms, onIdle);
}

/** HTTP/2, where an exchange is one stream of a connection. */
export const OVER_HTTP2: Transport = {
  moved({ request, response }) {
    // Bytes that wait for flow control: the client opens its window by reading.
    const waiting = streamOf(request).writableLength;
    return {
      received: (request as unknown as Http2Request).received,
      sent: (response as unknown as Http2Response).written - waiting,
      // A gRPC stream may be idle for as long as both sides want.
      sending: !isGrpc(request.headers) && isSending(request),
      reading: waiting > 0,
    };
  },
  cut: ({ response }) => response.destroy(),
};

const streamOf = (request: IncomingMessage): ServerHttp2Stream =>
  (request as unknown as Http2ServerRequest).stream;
