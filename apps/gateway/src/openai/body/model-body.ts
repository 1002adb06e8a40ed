import type { Readable } from 'node:stream';
import type { ModelRequest } from '../model-request';
import { joined, replaced, type Span } from './chunks';
import { JsonScan } from './json-scan';
import { Replay } from './replay';

/** The body of a model request: what was read of it, and the stream of the rest. */
export class ModelBody {
  private readonly received: number;

  /** `rest`: the stream of what follows the chunks; undefined where they are the whole body. */
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
   * The body for a replica: all of it, or a stream of what was read and then of the rest. Once something was read from
   * that stream, the body is spent.
   */
  payload(): Buffer | Readable {
    if (this.rest === undefined) return joined(this.chunks);
    return new Replay(this.chunks, this.rest).on('error', () => undefined);
  }

  /**
   * The body with another value of a member of its JSON object, which is added where it is missing, or of a field of
   * its form; all other bytes stay as they are. Undefined where the body is neither or the place was not read. `request`
   * stays what the client sent. A form can be changed once.
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

  /** The headers, flat, with the content-length of the body as it is now. */
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
