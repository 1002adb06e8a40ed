import type { MeteredEndpoint } from './endpoint';
import { Lines, type LineReader } from './lines';
import { TokenTimes } from './token-times';
import { laterUsage, usageIn, type Usage } from './usage';
import { UsageFinder } from './usage-finder';
import { withoutUsage } from './without-usage';

/** Matches generated text in an event, by endpoint. An event with such a text counts as one token. */
const TOKEN: Readonly<Record<MeteredEndpoint, RegExp | undefined>> = {
  'chat/completions': /"(?:content|reasoning_content|reasoning|refusal|arguments)":\s*"[^"]/,
  completions: /"text":\s*"[^"]/,
  messages: /"(?:text|thinking|partial_json)":\s*"[^"]/,
  responses: /"delta":\s*"[^"]/,
  audio: /"delta":\s*"[^"]/,
  embeddings: undefined,
  rerank: undefined,
};

/** The member of nearly all of these events, as most servers write it; a plain search is faster than the pattern. */
const COMMON: Readonly<Partial<Record<MeteredEndpoint, string>>> = {
  'chat/completions': '"content":"',
  completions: '"text":"',
  messages: '"text":"',
  responses: '"delta":"',
};
const QUOTE = 0x22;

/** The event with the usage at the end of a chat or completions stream has no choices. */
const NO_CHOICES = /"choices":\s*\[\s*\]/;
/** The first event of the messages API reports the final input tokens but only a provisional count of output tokens. */
const PROVISIONAL = '"message_start"';

/** Reads tokens and their times from a stream of server-sent events; removes usage that the client did not ask for. */
export class EventStream {
  readonly times = new TokenTimes();
  private readonly lines: Lines;
  private readonly token: RegExp | undefined;
  private readonly common: string | undefined;
  private found: Usage | undefined;
  private finder: UsageFinder | undefined;
  /** The line before was removed, so the empty line that ends its event is removed too. */
  private leftOut = false;
  private at = 0;

  /** `hidesUsage`: the gateway has asked for usage, the client has not. */
  constructor(
    endpoint: MeteredEndpoint,
    private readonly hidesUsage: boolean,
  ) {
    const reader: LineReader = {
      line: (text) => this.line(text),
      long: (piece) => (this.finder ??= new UsageFinder()).read(piece),
    };
    this.lines = new Lines(reader, hidesUsage);
    this.token = TOKEN[endpoint];
    this.common = COMMON[endpoint];
  }

  get usage(): Usage | undefined {
    const inLong = this.finder?.usage;
    return inLong === undefined ? this.found : laterUsage(this.found, inLong);
  }

  /** The bytes for the client, undefined for none now. `at`: when the chunk arrived, ms. */
  read(chunk: Buffer, at: number): Buffer | undefined {
    this.at = at;
    return this.lines.read(chunk);
  }

  /** The remaining bytes for the client when the stream has ended. */
  end(): Buffer | undefined {
    return this.lines.end();
  }

  private line(text: string): string {
    if (text.startsWith('data:')) return this.data(text);
    const endsLeftOut = this.leftOut && (text === '\n' || text === '\r\n');
    this.leftOut = false;
    return endsLeftOut ? '' : text;
  }

  private hasText(text: string): boolean {
    const { token, common } = this;
    if (token === undefined) return false;
    const at = common === undefined ? -1 : text.indexOf(common);
    const next = at < 0 ? NaN : text.charCodeAt(at + (common?.length ?? 0));
    return (next > 0 && next !== QUOTE) || token.test(text);
  }

  private data(text: string): string {
    this.leftOut = false;
    if (this.hasText(text)) this.times.mark(this.at);
    if (!text.includes('"usage"')) return text;
    const usage = usageIn(text);
    if (usage !== undefined)
      this.found = laterUsage(this.found, text.includes(PROVISIONAL) ? ofPrompt(usage) : usage);
    if (!this.hidesUsage) return text;
    this.leftOut = usage !== undefined && NO_CHOICES.test(text);
    return this.leftOut ? '' : withoutUsage(text);
  }
}

const ofPrompt = ({ outputTokens: _first, ...usage }: Usage): Usage => usage;
