/** Longest line that is looked at as a whole, bytes. Events of single tokens have some hundred. */
export const LONGEST_LINE = 16_384;

export interface LineReader {
  /**
   * A complete line with its end, as Latin-1: what is looked for is ASCII. Returns what goes on to the client: the same
   * text, another one, or none.
   */
  line(text: string): string;
  /** A piece of a line that is longer than {@link LONGEST_LINE}; it goes on to the client whatever it is. */
  long(piece: Buffer): void;
}

const LF = 0x0a;
const CR = 0x0d;
/** Chunks of a line that has not ended; more are joined, so that a line in single bytes takes no more memory. */
const MOST_PIECES = 32;

/**
 * Splits a stream of events into its lines, however they are cut into chunks, and returns the bytes that go on. In
 * `editing` the beginning of a line waits for its end, as nobody can read half an event, but for
 * {@link LONGEST_LINE} bytes at most; otherwise every chunk goes on at once and as it is.
 */
export class Lines {
  /** Of the line that has not ended: its chunks, and their length. */
  private begun: Buffer[] = [];
  private begunBytes = 0;
  private isLong = false;

  constructor(
    private readonly reader: LineReader,
    private editing: boolean,
  ) {}

  /** The bytes that go on now; undefined for none. */
  read(chunk: Buffer): Buffer | undefined {
    const lastEnd = chunk.lastIndexOf(LF);
    const sent = lastEnd < 0 ? [] : this.readLines(chunk, lastEnd + 1);
    const rest = lastEnd < 0 ? chunk : chunk.subarray(lastEnd + 1);
    if (rest.length > 0) this.begin(rest, sent);
    if (!this.editing) return chunk;
    return joined(sent);
  }

  /** What still waits when the stream has ended. */
  end(): Buffer | undefined {
    const last = Buffer.concat(this.begun);
    this.begun = [];
    if (last.length === 0) return undefined;
    const next = this.reader.line(last.toString('latin1'));
    return this.editing && next !== '' ? Buffer.from(next, 'latin1') : undefined;
  }

  /** The lines that end in the chunk, up to `end`; the first of them may have begun before. */
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

  /** Ranges of the lines that go on. */
  private split(bytes: Buffer, end: number): Buffer[] {
    const text = bytes.toString('latin1', 0, end);
    const sent: Buffer[] = [];
    let keptFrom = 0;
    for (let from = 0; from < end;) {
      const to = text.indexOf('\n', from) + 1;
      const line = text.slice(from, to);
      const next =
        to - from > LONGEST_LINE ? this.passed(bytes.subarray(from, to), line) : this.reader.line(line);
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

  private passed(piece: Buffer, line: string): string {
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
    if (this.begunBytes >= LONGEST_LINE || (this.editing && hasOtherEnds(rest))) this.giveUp(sent);
  }

  /** The line goes on before it has ended. */
  private giveUp(sent: Buffer[]): void {
    const piece = Buffer.concat(this.begun);
    this.begun = [];
    this.begunBytes = 0;
    this.isLong = true;
    this.reader.long(piece);
    if (this.editing) sent.push(piece);
  }
}

/** Lines that end with a carriage return alone, which the standard allows and no server uses, are not told apart. */
function hasOtherEnds(rest: Buffer): boolean {
  const at = rest.indexOf(CR);
  return at >= 0 && at < rest.length - 1;
}

function joined(parts: readonly Buffer[]): Buffer | undefined {
  const [first] = parts;
  return parts.length > 1 ? Buffer.concat(parts) : first;
}
