import type { AnswerTap } from '../proxy/answer-tap';
import type { MeteredEndpoint } from './endpoint';
import { TextLength } from './estimate';
import { EventStream } from './event-stream';
import type { TokenTimes } from './token-times';
import type { Usage } from './usage';
import { UsageFinder } from './usage-finder';

/** The tokens of one request. */
export interface Tokens {
  /** Tokens of the prompt, including cached ones. */
  readonly inputTokens: number;
  /** Input tokens that a prefix cache served. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** The model server did not report all of the numbers; the others are estimates. */
  readonly estimated: boolean;
}

/** The times of a response, ms. */
export interface AnswerTimes {
  readonly answer: 'stream' | 'whole';
  /**
   * From sending the request to the first token of a stream or the first byte of a whole response; undefined without
   * tokens.
   */
  readonly firstTokenMs: number | undefined;
  /**
   * Per output token: from the first to the last token of a stream, or from sending the request to the end of a whole
   * response.
   */
  readonly perTokenMs: number | undefined;
  /** The times between the tokens of a stream. */
  readonly between: TokenTimes | undefined;
}

export interface Measured {
  readonly tokens: Tokens;
  readonly times: AnswerTimes;
}

export interface MeterOptions {
  readonly endpoint: MeteredEndpoint;
  /** The gateway asked for the usage of a stream and the client did not: it is removed from the response. */
  readonly hidesUsage: boolean;
  /** Estimates the tokens of the prompt; called where the server reports none. */
  readonly promptTokens: () => number;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** Endpoints without output tokens. */
const WITHOUT_OUTPUT: ReadonlySet<MeteredEndpoint> = new Set(['embeddings', 'rerank']);

/**
 * Measures the response to one request as it is forwarded: its tokens and their times. Keeps at most a few KiB of it,
 * never throws, and changes nothing except that it removes usage which the client did not ask for.
 */
export class Meter implements AnswerTap {
  private sentAt: number;
  private beganAt: number | undefined;
  private endedAt = 0;
  private isAnswer = false;
  private stream: EventStream | undefined;
  private finder: UsageFinder | undefined;
  private text: TextLength | undefined;

  constructor(private readonly options: MeterOptions) {
    this.sentAt = options.now();
  }

  sent(): void {
    this.sentAt = this.options.now();
  }

  head(status: number, headers: string[]): string[] {
    this.isAnswer = status >= 200 && status < 300;
    if (!this.isAnswer || valueOf(headers, 'content-encoding', 'identity') !== 'identity') return headers;
    const type = valueOf(headers, 'content-type', '');
    const { endpoint, hidesUsage } = this.options;
    if (type.startsWith('text/event-stream')) {
      this.stream = new EventStream(endpoint, hidesUsage);
      return hidesUsage ? without(headers, 'content-length') : headers;
    }
    if (!type.includes('json')) return headers;
    this.finder = new UsageFinder();
    if (!WITHOUT_OUTPUT.has(endpoint)) this.text = new TextLength();
    return headers;
  }

  data(chunk: Buffer): Buffer | undefined {
    const at = this.options.now();
    this.beganAt ??= at;
    this.endedAt = at;
    if (this.stream !== undefined) return this.stream.read(chunk, at);
    this.finder?.read(chunk);
    this.text?.read(chunk);
    return chunk;
  }

  end(): Buffer | undefined {
    return this.stream?.end();
  }

  /** The result, once the response has ended or was cut off; undefined where its status is not 2xx. */
  measured(): Measured | undefined {
    if (!this.isAnswer) return undefined;
    const tokens = this.tokens();
    return {
      tokens,
      times: this.stream === undefined ? this.whole(tokens) : this.streamed(this.stream, tokens),
    };
  }

  private tokens(): Tokens {
    const { endpoint, promptTokens } = this.options;
    const usage: Usage = (this.stream ?? this.finder)?.usage ?? {};
    const { inputTokens, outputTokens = WITHOUT_OUTPUT.has(endpoint) ? 0 : undefined } = usage;
    const input = inputTokens ?? promptTokens();
    return {
      inputTokens: input,
      cachedTokens: Math.min(input, usage.cachedTokens ?? 0),
      outputTokens: outputTokens ?? this.stream?.times.tokens ?? this.text?.tokens ?? 0,
      estimated: inputTokens === undefined || outputTokens === undefined,
    };
  }

  private whole({ outputTokens }: Tokens): AnswerTimes {
    const { beganAt, endedAt, sentAt } = this;
    return {
      answer: 'whole',
      firstTokenMs: beganAt === undefined || outputTokens === 0 ? undefined : beganAt - sentAt,
      perTokenMs: outputTokens === 0 ? undefined : (endedAt - sentAt) / outputTokens,
      between: undefined,
    };
  }

  private streamed({ times }: EventStream, { outputTokens }: Tokens): AnswerTimes {
    const { firstAt, spanMs } = times;
    return {
      answer: 'stream',
      firstTokenMs: firstAt === undefined ? undefined : firstAt - this.sentAt,
      perTokenMs: firstAt === undefined || outputTokens < 2 ? undefined : spanMs / (outputTokens - 1),
      between: times,
    };
  }
}

/** The value of a header in lower case; `none` where it is absent. */
function valueOf(headers: readonly string[], name: string, none: string): string {
  for (let index = 0; index + 1 < headers.length; index += 2)
    if (headers[index]?.toLowerCase() === name) return (headers[index + 1] ?? none).trim().toLowerCase();
  return none;
}

function without(headers: readonly string[], name: string): string[] {
  return headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== name);
}
