import { GATEWAY_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Counter, CountedHistogram, type Registry } from '@tessera/platform-telemetry';
import type { Measured } from './meter';
import { TOKEN_BOUNDS } from './token-times';

const { gatewayTokenSeconds: POD, gatewayFirstTokenSeconds: ANSWER, gatewayTokens: TOKENS } = GATEWAY_LABELS;

type PodLabels = Readonly<Record<(typeof POD)[number], string>>;

const ANSWERS = ['stream', 'whole'] as const;
const KINDS = ['input', 'cached', 'output'] as const;
const FLAGS = ['true', 'false'] as const;

/** The series of tokens and of their times, for each replica that has answered with some. */
export class TokenMetrics {
  private readonly tokens: Counter<(typeof TOKENS)[number]>;
  private readonly firstToken: CountedHistogram<(typeof ANSWER)[number]>;
  private readonly between: CountedHistogram<(typeof POD)[number]>;
  private readonly perToken: CountedHistogram<(typeof ANSWER)[number]>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.tokens = new Counter({
      name: SERIES.gatewayTokens,
      help: 'Tokens of prompts (input), of these those from a prefix cache (cached), and generated ones (output); estimated where the model server reported none.',
      labelNames: TOKENS,
      registers,
    });
    this.firstToken = new CountedHistogram({
      name: SERIES.gatewayFirstTokenSeconds,
      help: 'Time from sending a request to a replica to the first token of a stream, or to the first byte of a whole answer, without the wait for a replica.',
      labelNames: ANSWER,
      bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.between = new CountedHistogram({
      name: SERIES.gatewayTokenSeconds,
      help: 'Time between two events with text of a stream, which are mostly one token each.',
      labelNames: POD,
      bounds: TOKEN_BOUNDS,
      registers,
    });
    this.perToken = new CountedHistogram({
      name: SERIES.gatewayTimePerTokenSeconds,
      help: 'Time for each output token of a request: from the first to the last of a stream, or of a whole answer from sending the request to its end.',
      labelNames: ANSWER,
      bounds: TOKEN_BOUNDS,
      registers,
    });
  }

  /** Counts what one request used. */
  add(labels: PodLabels, { tokens, times }: Measured): void {
    const estimated = String(tokens.estimated);
    const { inputTokens, cachedTokens, outputTokens } = tokens;
    this.tokens.inc({ ...labels, kind: 'input', estimated }, inputTokens);
    this.tokens.inc({ ...labels, kind: 'cached', estimated }, cachedTokens);
    this.tokens.inc({ ...labels, kind: 'output', estimated }, outputTokens);
    const { answer, firstTokenMs, perTokenMs, between } = times;
    if (firstTokenMs !== undefined) this.firstToken.observe({ ...labels, answer }, firstTokenMs / 1000);
    if (perTokenMs !== undefined) this.perToken.observe({ ...labels, answer }, perTokenMs / 1000);
    if (between !== undefined && between.tokens > 1)
      this.between.add(labels, between.between, between.spanMs / 1000);
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
