import type { Span } from './chunks';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
/** Longest key that is read, bytes with escapes. */
const LONGEST_KEY = 256;
/**
 * Maximum number of recorded members, since a large body may have a million; those that the gateway reads are always
 * recorded.
 */
const MOST_MEMBERS = 256;
const ALWAYS_RECORDED = new Set(['model', 'stream', 'stream_options', 'messages', 'prompt', 'input']);

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Finds the top-level members of a JSON object that arrives in chunks, without keeping its bytes. It follows the
 * structure only: the model server rejects invalid JSON.
 */
export class JsonScan {
  /**
   * Positions of the values that have ended, by key; the last one of a repeated key. At most about {@link
   * MOST_MEMBERS}.
   */
  readonly members = new Map<string, Span>();
  private offset = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private expected: 'key' | 'colon' | 'value' = 'key';
  private key = '';
  /** Where the key that is being read began in this chunk; undefined outside a key. */
  private keyFrom: number | undefined;
  private keyBytes: Buffer[] = [];
  private keyLength = 0;
  private valueStart: number | undefined;
  private valueEnd = 0;
  private isDone = false;

  /** Whether the object has ended, or the text is not a JSON object; further bytes are ignored. */
  get ended(): boolean {
    return this.isDone;
  }

  /** Where the members begin: the offset of the byte after the opening brace; undefined before that. */
  begun: number | undefined;

  feed(chunk: Buffer): void {
    let index = 0;
    let backslash = -1;
    if (this.keyFrom !== undefined) this.keyFrom = 0;
    while (index < chunk.length && !this.isDone) {
      if (this.escaped) {
        this.escaped = false;
        index += 1;
      } else if (this.inString) {
        if (backslash < index) backslash = orEnd(chunk, chunk.indexOf(BACKSLASH, index));
        const quote = orEnd(chunk, chunk.indexOf(QUOTE, index));
        this.escaped = backslash < quote;
        const stop = Math.min(backslash, quote);
        if (stop === quote && quote < chunk.length) this.endString(chunk, quote);
        index = stop + 1;
      } else {
        this.step(chunk[index] ?? 0, index);
        index += 1;
      }
    }
    if (this.keyFrom !== undefined) this.keepKey(chunk.subarray(this.keyFrom));
    this.offset += chunk.length;
  }

  /** Copies a part of a key, up to {@link LONGEST_KEY}: a key without end must not keep all of its chunks alive. */
  private keepKey(part: Buffer): void {
    if (this.keyLength <= LONGEST_KEY) this.keyBytes.push(Buffer.from(part));
    this.keyLength += part.length;
  }

  private step(byte: number, index: number): void {
    if (this.depth === 0) {
      if (byte === OPEN_OBJECT) {
        this.depth = 1;
        this.begun = this.offset + index + 1;
      } else if (!isSpace(byte)) this.isDone = true;
      return;
    }
    if (this.depth === 1) return this.stepAtTop(byte, index);
    if (byte === QUOTE) this.inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      this.depth -= 1;
      if (this.depth === 1) this.valueEnd = this.offset + index + 1;
    }
  }

  private stepAtTop(byte: number, index: number): void {
    const at = this.offset + index;
    if (byte === COMMA || byte === CLOSE_OBJECT) {
      this.endValue();
      this.expected = 'key';
      this.isDone = byte === CLOSE_OBJECT;
    } else if (isSpace(byte)) return;
    else if (this.expected === 'colon') {
      if (byte === COLON) this.expected = 'value';
      else this.isDone = true;
    } else if (this.expected === 'key') {
      if (byte !== QUOTE) this.isDone = true;
      this.inString = byte === QUOTE;
      this.keyFrom = index;
      this.keyBytes = [];
      this.keyLength = 0;
    } else {
      this.valueStart ??= at;
      this.valueEnd = at + 1;
      if (byte === QUOTE) this.inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.depth += 1;
    }
  }

  private endString(chunk: Buffer, quote: number): void {
    this.inString = false;
    if (this.keyFrom !== undefined) {
      const last = chunk.subarray(this.keyFrom, quote + 1);
      this.key = keyOf(this.keyBytes.length === 0 ? last : Buffer.concat([...this.keyBytes, last]));
      this.keyFrom = undefined;
      this.keyBytes = [];
      this.expected = 'colon';
    } else if (this.depth === 1) this.valueEnd = this.offset + quote + 1;
  }

  private endValue(): void {
    const { members, key, valueStart: start, valueEnd: end } = this;
    if (start !== undefined && (members.size < MOST_MEMBERS || ALWAYS_RECORDED.has(key)))
      members.set(key, { start, end });
    this.valueStart = undefined;
  }
}

const orEnd = (chunk: Buffer, index: number): number => (index < 0 ? chunk.length : index);

const PLAIN_KEY = /^"[\w-]*"$/;

/** The key with its escapes decoded; empty where it is malformed or longer than {@link LONGEST_KEY}. */
function keyOf(bytes: Buffer): string {
  if (bytes.length > LONGEST_KEY) return '';
  const text = bytes.toString();
  if (PLAIN_KEY.test(text)) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}
