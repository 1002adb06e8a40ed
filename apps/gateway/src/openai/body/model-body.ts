import type { Readable } from 'node:stream';
import type { ModelRequest } from '../model-request';
import { joined, replaced, type Span } from './chunks';
import { JsonScan } from './json-scan';

/** The body of a model request: what was read of it, and the stream of the rest. */
export class ModelBody {
  private readonly received: number;

  /** `rest`: the stream of what follows the chunks; undefined where they are the whole body. */
  constructor(
    readonly request: ModelRequest,
    private readonly chunks: readonly Buffer[],
    private readonly rest: Readable | undefined,
    received?: number,
  ) {
    this.received = received ?? lengthOf(chunks);
  }

  /** Whether {@link ModelBody.payload} may be sent more than once. */
  get isWhole(): boolean {
    return this.rest === undefined;
  }

  /**
   * The body for a replica: all of it, or the stream of the client, to which what was read is given back. In the second
   * case it can be taken only once, and the body is spent when something was read from it.
   */
  payload(): Buffer | Readable {
    if (this.rest === undefined) return joined(this.chunks);
    for (const chunk of this.chunks.toReversed()) this.rest.unshift(chunk);
    return this.rest;
  }

  /**
   * The body with another value of a member of its JSON object, which is added where it is missing; all other bytes
   * stay as they are. Undefined where the body is no JSON object or the place of the member was not read. `request`
   * stays what the client sent.
   */
  with(member: string, value: unknown): ModelBody | undefined {
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
    const changed = replaced(this.chunks, span, Buffer.from(bytes));
    return new ModelBody(this.request, changed, this.rest, this.received);
  }

  /** The headers, flat, with the content-length of the body as it is now. */
  sized(headers: readonly string[]): string[] {
    const length = lengthOf(this.chunks);
    if (length === this.received) return [...headers];
    return headers.map((value, index) => {
      if (index % 2 === 0 || headers[index - 1]?.toLowerCase() !== 'content-length') return value;
      return String(Number(value) + length - this.received);
    });
  }
}

const lengthOf = (chunks: readonly Buffer[]): number => chunks.reduce((sum, { length }) => sum + length, 0);
