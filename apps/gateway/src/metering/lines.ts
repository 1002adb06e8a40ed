/** Longest line that is read as a whole, bytes. Events of single tokens have a few hundred. */
export const LONGEST_LINE = 16_384;

export interface LineReader {
  /**
   * A complete line with its end, decoded as Latin-1, because only ASCII is searched for. Returns the text for the
   * client: unchanged, changed, or empty.
   */
  line(text: string): string;
  /** A piece of a line that is longer than {@link LONGEST_LINE}; it is sent to the client unchanged. */
  long(piece: Buffer): void;
}

const LF = 0x0a;
const CR = 0x0d;
/** More chunks of an unfinished line are joined into one, so that a line in single bytes needs little memory. */
const MOST_PIECES = 32;

/**
 * Splits a stream of server-sent events into lines, whatever its chunks are, and returns the bytes for the client. With
 * `editing`, an unfinished line of up to {@link LONGEST_LINE} bytes is held back until its end, since half an event is
 * of no use to the client; otherwise every chunk is returned at once and unchanged.
 */
export class Lines {
  /** Chunks of the unfinished line, and their total length. */
  private begun: Buffer[] = [];
  private begunBytes = 0;
  private isLong = false;

  constructor(
    private readonly reader: LineReader,
    private editing: boolean,
  ) {}

  /** The bytes for the client now; undefined for none. */
  read(chunk: Buffer): Buffer | undefined {
    const lastEnd = chunk.lastIndexOf(LF);
    const sent = lastEnd < 0 ? [] : this.readLines(chunk, lastEnd + 1);
    const rest = lastEnd < 0 ? chunk : chunk.subarray(lastEnd + 1);
    if (rest.length > 0) this.begin(rest, sent);
    if (!this.editing) return chunk;
    return joined(sent);
  }

  /** The bytes held back when the stream has ended; undefined for none. */
  end(): Buffer | undefined {
    const last = Buffer.concat(this.begun);
    this.begun = [];
    if (last.length === 0) return undefined;
    const next = this.reader.line(last.toString('latin1'));
    return this.editing && next !== '' ? Buffer.from(next, 'latin1') : undefined;
  }

  /** Reads the lines that end in the chunk, up to `end`; the first may have begun in an earlier chunk. */
  private readLines(chunk: Buffer, end: number): Buffer[] {
    const before = this.begunBytes;
    const pieces = this.begun;
    if (this.isLong) return this.endLong(chunk, end);
    const whole = before === 0 ? chunk : Buffer.concat([...pieces, chunk.subarray(0, end)]);
    this.begun = [];
    this.begunBytes = 0;
    return this.split(whole, before === 0 ? end : whole.length);
  }

  private endLong(chunk: Buffer, end: number): Buffer[] {
    const first = chunk.indexOf(LF) + 1;
    const piece = chunk.subarray(0, first);
    this.reader.long(piece);
    this.isLong = false;
    return first < end ? [piece, ...this.split(chunk.subarray(first), end - first)] : [piece];
  }

  /** The parts of the bytes that are sent to the client. */
  private split(bytes: Buffer, end: number): Buffer[] {
    const text = bytes.toString('latin1', 0, end);
    const sent: Buffer[] = [];
    let keptFrom = 0;
    for (let from = 0; from < end;) {
      const to = text.indexOf('\n', from) + 1;
      const line = text.slice(from, to);
      const next =
        to - from > LONGEST_LINE ? this.unchanged(bytes.subarray(from, to), line) : this.reader.line(line);
      if (next !== line) {
        if (keptFrom < from) sent.push(bytes.subarray(keptFrom, from));
        if (next !== '') sent.push(Buffer.from(next, 'latin1'));
        keptFrom = to;
      }
      from = to;
    }
    if (keptFrom < end)
      sent.push(keptFrom === 0 && end === bytes.length ? bytes : bytes.subarray(keptFrom, end));
    return sent;
  }

  private unchanged(piece: Buffer, line: string): string {
    this.reader.long(piece);
    return line;
  }

  private begin(rest: Buffer, sent: Buffer[]): void {
    if (this.isLong) {
      this.reader.long(rest);
      if (this.editing) sent.push(rest);
      return;
    }
    if (this.begun.length >= MOST_PIECES) this.begun = [Buffer.concat(this.begun)];
    this.begun.push(rest);
    this.begunBytes += rest.length;
    if (this.begunBytes >= LONGEST_LINE || (this.editing && hasOtherEnds(rest))) this.sendUnread(sent);
  }

  /** Sends the beginning of the line to the client without waiting for its end. */
  private sendUnread(sent: Buffer[]): void {
    const piece = Buffer.concat(this.begun);
    this.begun = [];
    this.begunBytes = 0;
    this.isLong = true;
    this.reader.long(piece);
    if (this.editing) sent.push(piece);
  }
}

/**
 * Whether a line seems to end with CR alone. The standard allows that, no known server does it, and it is not
 * supported.
 */
function hasOtherEnds(rest: Buffer): boolean {
  const at = rest.indexOf(CR);
  return at >= 0 && at < rest.length - 1;
}

function joined(parts: readonly Buffer[]): Buffer | undefined {
  const [first] = parts;
  return parts.length > 1 ? Buffer.concat(parts) : first;
}
