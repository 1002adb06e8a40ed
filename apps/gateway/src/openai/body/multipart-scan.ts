import type { Span } from './chunks';

/** Longest head of a part, and longest field value, that is read, bytes. */
const LONGEST_PART = 4_096;
const LINE = Buffer.from('\r\n');
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** The boundary in a content type; undefined where that is not multipart/form-data. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}

/** Finds the short fields of a form that arrives in chunks, without keeping its files. */
export class MultipartScan {
  /** Values of the fields that have ended, by name. */
  readonly fields = new Map<string, string>();
  /** Positions of these values. */
  readonly spans = new Map<string, Span>();
  /** Offset of `rest` in the body. Negative at first: the line break before the first delimiter is not in the body. */
  private offset = -LINE.length;
  private readonly delimiter: Buffer;
  private rest: Buffer = LINE;
  private within: 'part' | 'head' | 'value' = 'part';
  private name = '';

  constructor(boundary: string) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  feed(chunk: Buffer): void {
    let text = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const mark = this.within === 'head' ? END_OF_HEAD : this.delimiter;
      const at = text.indexOf(mark);
      if (at < 0) break;
      this.end(text.subarray(0, at));
      text = text.subarray(at + mark.length);
      this.offset += at + mark.length;
    }
    if (this.within !== 'part' && text.length > LONGEST_PART) this.within = 'part';
    // Of a file, keep only the last bytes, which may be the beginning of the delimiter.
    const kept = this.within === 'part' ? Math.min(text.length, this.delimiter.length) : text.length;
    this.rest = Buffer.from(text.subarray(text.length - kept));
    this.offset += text.length - kept;
  }

  private end(text: Buffer): void {
    if (this.within === 'part') this.within = 'head';
    else if (this.within === 'value') {
      this.fields.set(this.name, text.toString());
      this.spans.set(this.name, { start: this.offset, end: this.offset + text.length });
      this.within = 'head';
    } else {
      const head = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(text.toString('latin1'))?.[1] ?? '';
      this.name = /(?:^|[;\s])name="?([\w.-]{1,64})"?/i.exec(head)?.[1] ?? '';
      this.within = this.name === '' || /\bfilename\*?=/i.test(head) ? 'part' : 'value';
    }
  }
}
