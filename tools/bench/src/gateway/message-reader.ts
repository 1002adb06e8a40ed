/** What is read of an HTTP/1.1 message. */
export interface MessageSink {
  /** Start line and headers, without the empty line. */
  head(text: string): void;
  body(chunk: Buffer): void;
  end(): void;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

/**
 * Reads well-formed HTTP/1.1 messages of one connection, one after the other, as fast as JavaScript can: upstream and
 * load share a core, and must not be what is measured. Messages have a length or are chunked.
 */
export class MessageReader {
  private rest: Buffer | undefined;
  private state: 'head' | 'body' | 'size' | 'chunk' | 'trailer' = 'head';
  private missing = 0;

  constructor(private readonly sink: MessageSink) {}

  push(chunk: Buffer): void {
    let data = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = undefined;
    while (data.length > 0) {
      const left = this.step(data);
      if (left === undefined) {
        this.rest = data;
        return;
      }
      data = left;
    }
  }

  /** What is left after one step; undefined where more has to arrive first. */
  private step(data: Buffer): Buffer | undefined {
    if (this.state === 'head') return this.readHead(data);
    if (this.state === 'body' || this.state === 'chunk') return this.readBody(data);
    const end = data.indexOf('\r\n');
    if (end < 0) return undefined;
    if (this.state === 'trailer') {
      if (end === 0) this.finish();
    } else this.readSize(data.toString('latin1', 0, end));
    return data.subarray(end + 2);
  }

  private readHead(data: Buffer): Buffer | undefined {
    const end = data.indexOf(HEAD_END);
    if (end < 0) return undefined;
    const head = data.toString('latin1', 0, end);
    this.sink.head(head);
    this.missing = Number(LENGTH.exec(head)?.[1] ?? 0);
    if (this.missing > 0) this.state = 'body';
    else if (CHUNKED.test(head)) this.state = 'size';
    else this.finish();
    return data.subarray(end + HEAD_END.length);
  }

  private readBody(data: Buffer): Buffer | undefined {
    // A chunk is followed by a line end, which is no part of it.
    const after = this.state === 'chunk' ? 2 : 0;
    const mine = Math.min(data.length, this.missing);
    if (mine > 0) this.sink.body(data.subarray(0, mine));
    this.missing -= mine;
    if (this.missing > 0) return data.subarray(mine);
    if (data.length < mine + after) return mine > 0 ? data.subarray(mine) : undefined;
    if (after === 0) this.finish();
    else this.state = 'size';
    return data.subarray(mine + after);
  }

  private readSize(line: string): void {
    const size = Number.parseInt(line, 16);
    if (Number.isNaN(size)) throw new Error(`a chunk has the size ${JSON.stringify(line.slice(0, 40))}`);
    this.missing = size;
    this.state = size === 0 ? 'trailer' : 'chunk';
  }

  private finish(): void {
    this.state = 'head';
    this.sink.end();
  }
}
