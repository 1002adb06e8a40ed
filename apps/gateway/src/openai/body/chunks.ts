/** A part of a sequence of chunks; offsets in bytes from the first, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The part of the chunks within the span; nothing is copied. */
export function within(chunks: readonly Buffer[], { start, end }: Span): Buffer[] {
  const parts: Buffer[] = [];
  let offset = 0;
  for (const chunk of chunks) {
    const from = Math.max(0, start - offset);
    const to = Math.min(chunk.length, end - offset);
    if (from < to) parts.push(chunk.subarray(from, to));
    offset += chunk.length;
    if (offset >= end) break;
  }
  return parts;
}

/** The chunks with the bytes of the span replaced. */
export const replaced = (chunks: readonly Buffer[], { start, end }: Span, bytes: Buffer): Buffer[] => [
  ...within(chunks, { start: 0, end: start }),
  bytes,
  ...within(chunks, { start: end, end: Infinity }),
];

/** The chunks as one buffer; copies only where there are several. */
export const joined = (chunks: readonly Buffer[]): Buffer => {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
};

/** Shorter chunks are merged: each has an overhead of about 100 bytes, and may keep a larger buffer alive. */
const SHORT_BYTES = 1_024;
const MERGED_BYTES = 16_384;

/** Collects the chunks of a body in about the memory of their bytes, however short they are. */
export class KeptChunks {
  readonly chunks: Buffer[] = [];
  /** The buffer of the last chunk where that is merged from several, and how much of it is used. */
  private open: Buffer | undefined;
  private used = 0;

  add(chunk: Buffer): void {
    const last = this.chunks.at(-1);
    // Most bodies are a single chunk, which is not copied.
    if (last === undefined || chunk.length >= SHORT_BYTES) return this.begin(chunk);
    if (this.open === undefined) {
      if (last.length >= SHORT_BYTES) return this.begin(chunk);
      this.open = Buffer.allocUnsafeSlow(MERGED_BYTES);
      this.used = last.copy(this.open);
    }
    if (this.used + chunk.length > MERGED_BYTES) return this.begin(chunk);
    this.used += chunk.copy(this.open, this.used);
    this.chunks[this.chunks.length - 1] = this.open.subarray(0, this.used);
  }

  private begin(chunk: Buffer): void {
    this.open = undefined;
    this.chunks.push(chunk);
  }
}
