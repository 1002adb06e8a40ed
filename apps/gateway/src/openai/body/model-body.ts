import type { Readable } from 'node:stream';
import type { ModelRequest } from '../model-request';
import { joined, replaced, type Span } from './chunks';
import { JsonScan } from './json-scan';
import { Replay } from './replay';

/** The body of a request to a model endpoint: the chunks that were read, and the stream of the rest. */
export class ModelBody {
  private readonly received: number;

  /** `rest`: the stream of the remaining body; undefined where the chunks are the whole body. */
  constructor(
    readonly request: ModelRequest,
    private readonly chunks: readonly Buffer[],
    private readonly rest: Readable | undefined,
    private readonly more: { readonly received?: number; readonly form?: ReadonlyMap<string, Span> } = {},
  ) {
    this.received = more.received ?? lengthOf(chunks);
  }

  /** Whether {@link ModelBody.payload} may be sent more than once. */
  get isWhole(): boolean {
    return this.rest === undefined;
  }

  /**
   * The body for a replica: a buffer with all of it, or a stream of the chunks followed by the rest. Such a stream can
   * be read only once per body.
   */
  payload(): Buffer | Readable {
    if (this.rest === undefined) return joined(this.chunks);
    return new Replay(this.chunks, this.rest).on('error', () => undefined);
  }

  /**
   * A copy of the body with a new value for a JSON member or form field; all other bytes are unchanged. A missing JSON
   * member is added. Undefined where the body is neither JSON nor a form, or where the member may be in the unread
   * rest. `request` still describes what the client sent. A form can be changed only once.
   */
  with(member: string, value: unknown): ModelBody | undefined {
    const { form } = this.more;
    if (form === undefined) return this.withMember(member, value);
    const span = form.get(member);
    const isPlain = typeof value === 'string' && !/[\r\n]/.test(value);
    return span === undefined || !isPlain ? undefined : this.changed(span, value);
  }

  private withMember(member: string, value: unknown): ModelBody | undefined {
    const scan = new JsonScan();
    for (const chunk of this.chunks) scan.feed(chunk);
    const { begun } = scan;
    if (begun === undefined || (!scan.ended && this.isWhole)) return undefined;
    const at = scan.members.get(member);
    if (at === undefined && !this.isWhole) return undefined;
    const text = JSON.stringify(value);
    const separator = scan.members.size === 0 ? '' : ',';
    const [span, bytes]: [Span, string] =
      at === undefined
        ? [{ start: begun, end: begun }, `${JSON.stringify(member)}:${text}${separator}`]
        : [at, text];
    return this.changed(span, bytes);
  }

  private changed(span: Span, bytes: string): ModelBody {
    const chunks = replaced(this.chunks, span, Buffer.from(bytes));
    return new ModelBody(this.request, chunks, this.rest, { received: this.received });
  }

  /** The headers, flat, with `content-length` corrected for changes of the body. */
  sized(headers: readonly string[]): readonly string[] {
    const length = lengthOf(this.chunks);
    if (length === this.received) return headers;
    return headers.map((value, index) => {
      if (index % 2 === 0 || headers[index - 1]?.toLowerCase() !== 'content-length') return value;
      return String(Number(value) + length - this.received);
    });
  }
}

const lengthOf = (chunks: readonly Buffer[]): number => chunks.reduce((sum, { length }) => sum + length, 0);
