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

/** The chunks with other bytes in place of a span. */
export const replaced = (chunks: readonly Buffer[], { start, end }: Span, bytes: Buffer): Buffer[] => [
  ...within(chunks, { start: 0, end: start }),
  bytes,
  ...within(chunks, { start: end, end: Infinity }),
];

/** All of it in one buffer, copied only where there are several. */
export const joined = (chunks: readonly Buffer[]): Buffer => {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
};
