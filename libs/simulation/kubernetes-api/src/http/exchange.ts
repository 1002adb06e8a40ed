import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fields } from '../wire/json';
import { StatusError } from '../status-error';
import { decodeBody } from './body';

/** Longest body that is read, bytes; the real server's limit is the same. */
const MAX_BODY = 3 * 1024 * 1024;

/** One request with its response. */
export class Exchange {
  readonly url: URL;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    this.url = new URL(request.url ?? '/', 'http://kubernetes');
  }

  get method(): string {
    return this.request.method ?? 'GET';
  }

  get query(): URLSearchParams {
    return this.url.searchParams;
  }

  /** The media type of the body without parameters. */
  get contentType(): string {
    return (this.request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
  }

  /** The body as JSON; undefined when there is none. Throws 400, 413, 415. */
  async body(): Promise<unknown> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY)
        throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`);
      chunks.push(chunk);
    }
    return decodeBody(this.method, this.contentType, Buffer.concat(chunks));
  }

  send(code: number, json: string, contentType = 'application/json'): void {
    if (this.response.headersSent || this.response.destroyed) return;
    this.response.writeHead(code, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(json),
      'cache-control': 'no-cache, private',
    });
    this.response.end(json);
  }

  sendFields(code: number, body: Fields): void {
    this.send(code, JSON.stringify(body));
  }

  sendError(error: StatusError): void {
    const retry = error.details?.['retryAfterSeconds'];
    if (retry !== undefined && !this.response.headersSent)
      this.response.setHeader('retry-after', String(retry));
    this.sendFields(error.code, error.body);
  }
}
