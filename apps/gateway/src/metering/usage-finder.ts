import { LONGEST_USAGE, laterUsage, ObjectDepth, parsedUsage, type Usage } from './usage';

const KEY = Buffer.from('"usage"');
const COLON = 0x3a;
const OPEN = 0x7b;
const WHITE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * Finds `usage` objects in JSON that arrives in chunks of any size. Keeps at most one such object in memory, however
 * long the response is.
 */
export class UsageFinder {
  private last: Usage | undefined;
  /** Number of bytes of the key that the last chunk ended with. */
  private matched = 0;
  /** What was read before the object: its key, then the colon. */
  private after: 'nothing' | 'key' | 'colon' = 'nothing';
  private depth: ObjectDepth | undefined;
  private captured = '';

  /** The combined usage of the objects so far. */
  get usage(): Usage | undefined {
    return this.last;
  }

  read(piece: Buffer): void {
    let at = 0;
    while (at < piece.length)
      if (this.depth !== undefined) at = this.capture(piece, at, this.depth);
      else if (this.after !== 'nothing') at = this.expect(piece, at);
      else at = this.search(piece, at);
  }

  private search(piece: Buffer, from: number): number {
    if (this.matched > 0) return this.continueKey(piece, from);
    const found = piece.indexOf(KEY, from);
    if (found >= 0) {
      this.after = 'key';
      return found + KEY.length;
    }
    this.matched = startAtEnd(piece, from);
    return piece.length;
  }

  /**
   * Continues a key that began in the last chunk. A mismatch cannot hide another key: only a quotation mark begins one.
   */
  private continueKey(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at += 1) {
      if (piece[at] !== KEY[this.matched]) {
        this.matched = 0;
        return at;
      }
      this.matched += 1;
      if (this.matched === KEY.length) {
        this.matched = 0;
        this.after = 'key';
        return at + 1;
      }
    }
    return piece.length;
  }

  private expect(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at += 1) {
      const byte = piece[at] ?? 0;
      if (WHITE.has(byte)) continue;
      if (this.after === 'key' && byte === COLON) this.after = 'colon';
      else {
        const begins = this.after === 'colon' && byte === OPEN;
        this.after = 'nothing';
        if (begins) {
          this.depth = new ObjectDepth();
          this.captured = '';
        }
        return at;
      }
    }
    return piece.length;
  }

  private capture(piece: Buffer, from: number, depth: ObjectDepth): number {
    const most = Math.min(piece.length, from + LONGEST_USAGE - this.captured.length);
    for (let at = from; at < most; at += 1)
      if (depth.ends(piece[at] ?? 0)) {
        this.depth = undefined;
        const usage = parsedUsage(this.captured + piece.toString('latin1', from, at + 1));
        if (usage !== undefined) this.last = laterUsage(this.last, usage);
        return at + 1;
      }
    this.captured += piece.toString('latin1', from, most);
    if (this.captured.length >= LONGEST_USAGE) {
      this.depth = undefined;
      this.captured = '';
    }
    return most;
  }
}

/** Number of bytes of the key that the chunk ends with. */
function startAtEnd(piece: Buffer, from: number): number {
  const longest = Math.min(KEY.length - 1, piece.length - from);
  for (let length = longest; length > 0; length -= 1)
    if (piece.compare(KEY, 0, length, piece.length - length) === 0) return length;
  return 0;
}
