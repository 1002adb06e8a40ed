import { GATEWAY_LABELS, SERIES } from '@tessera/contracts-metrics';
import {
  CountedCounter,
  CountedHistogram,
  type Count,
  type Distribution,
  type Registry,
} from '@tessera/platform-telemetry';
import type { Measured } from './meter';
import { TOKEN_BOUNDS } from './token-times';

const { gatewayTokenSeconds: POD, gatewayFirstTokenSeconds: ANSWER, gatewayTokens: TOKENS } = GATEWAY_LABELS;

type PodLabels = Readonly<Record<(typeof POD)[number], string>>;

const ANSWERS = ['stream', 'whole'] as const;
const KINDS = ['input', 'cached', 'output'] as const;
const FLAGS = ['true', 'false'] as const;

/** The series of tokens and their times, for each replica that has responded with tokens. */
export class TokenMetrics {
  readonly tokens: CountedCounter<(typeof TOKENS)[number]>;
  readonly firstToken: CountedHistogram<(typeof ANSWER)[number]>;
  readonly between: CountedHistogram<(typeof POD)[number]>;
  readonly perToken: CountedHistogram<(typeof ANSWER)[number]>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.tokens = new CountedCounter({
      name: SERIES.gatewayTokens,
      help: 'Tokens of prompts (input), input tokens served by a prefix cache (cached), and generated tokens (output); estimated where the model server reports none.',
      labelNames: TOKENS,
      registers,
    });
    this.firstToken = new CountedHistogram({
      name: SERIES.gatewayFirstTokenSeconds,
      help: 'Time from sending a request to a replica to the first token of a stream, or to the first byte of a whole response, without the wait for a replica.',
      labelNames: ANSWER,
      bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.between = new CountedHistogram({
      name: SERIES.gatewayTokenSeconds,
      help: 'Time between two events with text of a stream; most events are one token.',
      labelNames: POD,
      bounds: TOKEN_BOUNDS,
      registers,
    });
    this.perToken = new CountedHistogram({
      name: SERIES.gatewayTimePerTokenSeconds,
      help: 'Time per output token of a request: from the first to the last token of a stream, or from sending the request to the end of a whole response.',
      labelNames: ANSWER,
      bounds: TOKEN_BOUNDS,
      registers,
    });
  }

  /** The series of one replica; call once per replica and keep the result. */
  of(labels: PodLabels): TokenSeries {
    return new TokenSeries(labels, this);
  }

  /** Removes the series of a replica. */
  forget(labels: PodLabels): void {
    for (const kind of KINDS)
      for (const estimated of FLAGS) this.tokens.remove({ ...labels, kind, estimated });
    this.between.remove(labels);
    for (const answer of ANSWERS) {
      this.firstToken.remove({ ...labels, answer });
      this.perToken.remove({ ...labels, answer });
    }
  }
}

type Kind = (typeof KINDS)[number];
type Answer = (typeof ANSWERS)[number];

/** The token series of one replica, each created with its first value. */
class TokenSeries {
  private readonly counts = new Map<string, Count<string>>();
  private readonly times = new Map<string, Distribution<string>>();

  constructor(
    private readonly labels: PodLabels,
    private readonly metrics: TokenMetrics,
  ) {}

  /** Adds one request. */
  add({ tokens, times }: Measured): void {
    const { inputTokens, cachedTokens, outputTokens, estimated } = tokens;
    this.count('input', estimated).value += inputTokens;
    this.count('cached', estimated).value += cachedTokens;
    this.count('output', estimated).value += outputTokens;
    const { answer, firstTokenMs, perTokenMs, between } = times;
    if (firstTokenMs !== undefined) this.time('firstToken', answer).observe(firstTokenMs / 1000);
    if (perTokenMs !== undefined) this.time('perToken', answer).observe(perTokenMs / 1000);
    if (between !== undefined && between.tokens > 1)
      this.metrics.between.add(this.labels, between.between, between.spanMs / 1000);
  }

  private count(kind: Kind, isEstimated: boolean): Count<string> {
    const key = isEstimated ? `${kind} estimated` : kind;
    let count = this.counts.get(key);
    if (count === undefined) {
      count = this.metrics.tokens.of({ ...this.labels, kind, estimated: String(isEstimated) });
      this.counts.set(key, count);
    }
    return count;
  }

  private time(of: 'firstToken' | 'perToken', answer: Answer): Distribution<string> {
    const key = of === 'firstToken' ? `first ${answer}` : answer;
    let time = this.times.get(key);
    if (time === undefined) {
      time = this.metrics[of].of({ ...this.labels, answer });
      this.times.set(key, time);
    }
    return time;
  }
}
export type { TokenSeries };
