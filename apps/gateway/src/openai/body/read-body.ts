import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { maybe } from '@tessera/kernel';
import type { Endpoint } from '../endpoint';
import { partialRequest, requestOf, type ModelRequest, type Unread } from '../model-request';
import { MOST_PROMPT } from '../prompt-start';
import { joined, KeptChunks, within, type Span } from './chunks';
import { JsonScan } from './json-scan';
import { ModelBody } from './model-body';
import { boundaryOf, MultipartScan } from './multipart-scan';
import type { Reserved } from './read-budget';

/** A body up to this length is read as a whole, bytes. */
export const WHOLE_BYTES = 256 * 1024;
/** The first part of a longer body, which must contain `model`, bytes: an audio file of 25 MB may come before it. */
export const MOST_READ_BYTES = 32 * 1024 * 1024;
/** Memory for bodies that are being read, all requests together, bytes. */
export const READ_TOTAL_BYTES = 256 * 1024 * 1024;

/**
 * How far a body is read: until its `model`, where the workload depends on it; or only as far as {@link WHOLE_BYTES}.
 */
export type Need = 'model' | 'what-fits';

export interface ReadOptions {
  readonly endpoint: Endpoint;
  readonly headers: IncomingHttpHeaders;
  readonly need: Need;
  /** The memory of the body. */
  readonly reserved: Reserved;
  /** Registers a function that frees the memory at the end of the exchange. */
  readonly onEnd: (free: () => void) => void;
}

/**
 * Reads the body of a request to a model endpoint as far as needed: completely where it is short, else until its
 * `model` is known. The rest stays in the stream. `left` where the client disconnected meanwhile.
 */
export function readModelBody(source: Readable, options: ReadOptions): Promise<ModelBody | 'left'> {
  const { endpoint, headers, need } = options;
  const format = formatOf(headers);
  const boundary = format === 'form' ? boundaryOf(headers['content-type'] ?? '') : undefined;
  if (format === 'other' || (format === 'form' && (boundary === undefined || need === 'what-fits'))) {
    const unread = format === 'other' ? 'encoded' : 'malformed';
    return Promise.resolve(new ModelBody(partialRequest(endpoint, { unread }), [], source));
  }
  const reading = boundary === undefined ? new JsonReading(options) : new FormReading(options, boundary);
  return pull(source, (chunk) => reading.take(chunk)).then((end) => {
    if (end === 'left') return end;
    const request = reading.request(end === 'ended');
    const rest = end === 'ended' ? undefined : source;
    return new ModelBody(request, reading.chunks, rest, maybe('form', reading.form));
  });
}

type Format = 'json' | 'form' | 'other';

/**
 * Bodies of other content types are treated as JSON: some clients send no content type, or that of a URL-encoded form.
 */
function formatOf(headers: IncomingHttpHeaders): Format {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers;
  if (encoding.toLowerCase() !== 'identity') return 'other';
  if (/^multipart\/form-data\b/i.test(type)) return 'form';
  const charset = /;\s*charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  return /^(?:utf-?8|us-ascii|iso-8859-1)$/i.test(charset) ? 'json' : 'other';
}

/** What all formats have in common: collecting chunks within the limits. */
abstract class Reading {
  private readonly kept = new KeptChunks();
  /** Positions of the fields of a form. */
  readonly form: ReadonlyMap<string, Span> | undefined = undefined;
  protected length = 0;
  protected unread: Unread | undefined;

  constructor(protected readonly options: ReadOptions) {}

  get chunks(): readonly Buffer[] {
    return this.kept.chunks;
  }

  /** Adds a chunk; true where more is needed. */
  take(chunk: Buffer): boolean {
    const { reserved, onEnd, need } = this.options;
    if (this.chunks.length === 0) onEnd(() => reserved.free());
    this.kept.add(chunk);
    this.length += chunk.length;
    if (!reserved.take(chunk.length, this.length > WHOLE_BYTES)) {
      this.unread = 'busy';
      return false;
    }
    if (this.suffices(chunk)) return false;
    if (this.length < (need === 'model' ? MOST_READ_BYTES : WHOLE_BYTES)) return true;
    this.unread = 'too-large';
    return false;
  }

  abstract request(complete: boolean): ModelRequest;
  /** Whether the body was read far enough with this chunk. */
  protected abstract suffices(chunk: Buffer): boolean;
}

class JsonReading extends Reading {
  private scan: JsonScan | undefined;

  protected suffices(chunk: Buffer): boolean {
    if (this.length < WHOLE_BYTES) return false;
    if (this.scan === undefined) {
      this.scan = new JsonScan();
      for (const one of this.chunks) this.scan.feed(one);
    } else this.scan.feed(chunk);
    return this.scan.members.has('model') || this.scan.ended;
  }

  request(complete: boolean): ModelRequest {
    const { endpoint } = this.options;
    if (complete && this.length <= WHOLE_BYTES) {
      const body = objectIn(joined(this.chunks).toString());
      return body === undefined
        ? partialRequest(endpoint, { complete, unread: 'malformed' })
        : requestOf(endpoint, body);
    }
    const model = this.member('model');
    const isText = typeof model === 'string';
    return partialRequest(endpoint, {
      ...(isText ? { model } : {}),
      stream: this.member('stream') === true,
      promptStart: this.promptStart(),
      complete,
      unread: isText ? undefined : (this.unread ?? 'malformed'),
    });
  }

  private member(name: string): unknown {
    const span = this.scan?.members.get(name);
    // The members that are read this way are short.
    if (span === undefined || span.end - span.start > 4_096) return undefined;
    return valueIn(joined(within(this.chunks, span)).toString());
  }

  /** The raw JSON of the prompt: equal beginnings of prompts have equal beginnings of it. */
  private promptStart(): string {
    const names = ['messages', 'prompt', 'input'];
    const start = names.map((name) => this.scan?.members.get(name)?.start).find((one) => one !== undefined);
    const from = start ?? 0;
    return joined(within(this.chunks, { start: from, end: from + MOST_PROMPT })).toString();
  }
}

class FormReading extends Reading {
  override readonly form: ReadonlyMap<string, Span>;
  private readonly scan: MultipartScan;

  constructor(options: ReadOptions, boundary: string) {
    super(options);
    this.scan = new MultipartScan(boundary);
    this.form = this.scan.spans;
  }

  protected suffices(chunk: Buffer): boolean {
    this.scan.feed(chunk);
    return this.scan.fields.has('model');
  }

  request(complete: boolean): ModelRequest {
    const model = this.scan.fields.get('model');
    return partialRequest(this.options.endpoint, {
      ...(model === undefined ? { unread: this.unread ?? 'malformed' } : { model }),
      stream: this.scan.fields.get('stream') === 'true',
      complete,
    });
  }
}

/**
 * Reads the stream in paused mode, so that the rest stays in it. `enough`: `take` returned false. `left`: the stream
 * was closed before its end.
 */
function pull(source: Readable, take: (chunk: Buffer) => boolean): Promise<'ended' | 'enough' | 'left'> {
  return new Promise((resolve) => {
    const end = (how: 'ended' | 'enough' | 'left'): void => {
      source.off('readable', read).off('end', ended).off('error', left).off('close', left);
      resolve(how);
    };
    const read = (): void => {
      for (;;) {
        const chunk = source.read() as Buffer | null;
        if (chunk === null) return;
        if (take(chunk)) continue;
        source.off('readable', read);
        // A stream without further data emits `end` in this tick.
        process.nextTick(() => end(source.readableEnded ? 'ended' : 'enough'));
        return;
      }
    };
    const ended = (): void => end('ended');
    const left = (): void => end('left');
    if (source.destroyed) return resolve('left');
    source.on('readable', read).once('end', ended).once('error', left).once('close', left);
  });
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = valueIn(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
