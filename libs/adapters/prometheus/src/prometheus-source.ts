import { SourceError, type SeriesRead, type SeriesSource } from '@tessera/application-measuring';
import {
  possibleOnly,
  type Expression,
  type KnownSeries,
  type SampleTimes,
} from '@tessera/domain-measurement';
import { Circuit, CircuitOpenError } from '@tessera/platform-lifecycle';
import { AnswerShapeError } from './answer-shape';
import { boundedText, TooLongError } from './bounded-text';
import { toPromQl } from './promql';
import { excerpt, parseEnvelope, toSeriesRead, toTexts, type Envelope } from './range-answer';
import { SeriesCatalogue } from './series-catalogue';

export interface PrometheusOptions {
  /** Address of the server, without `/api/v1`. */
  readonly url: string;
  /** Bearer token, if the server requires one. */
  readonly token?: string;
  /** Longest time of one query until the complete answer, ms; default 10 s. */
  readonly timeoutMs?: number;
  /** Largest answer that is read, bytes; default 32 MiB. */
  readonly maxBytes?: number;
  /** When queries are no longer sent; default after five failures in a row, for 5 s. */
  readonly circuit?: { readonly failures: number; readonly openMs: number };
  /** How long the list of its series is cached, ms; default 15 s. */
  readonly catalogueMs?: number;
  /** Called with the result of every query. */
  readonly onQuery?: (outcome: QueryOutcome) => void;
}

/**
 * `warned`: answered with warnings. `refused`: the server answers, but not this query. `failed`: it did not answer in
 * time, or with something else. `skipped`: the query was not sent, because the last queries failed.
 */
export type QueryOutcome = 'read' | 'warned' | 'refused' | 'failed' | 'skipped';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 32 * 1_048_576;
const CATALOGUE_MS = 15_000;
const CIRCUIT = { failures: 5, openMs: 5_000 };

/** The server works and refuses the query, such as one that reads too many samples. */
class RefusedQueryError extends Error {}

/**
 * Reads series from a Prometheus server, or from anything with its HTTP API. Every query ends within its time limit,
 * whatever the server does.
 */
export class PrometheusSource implements SeriesSource {
  private readonly base: string;
  private readonly circuit: Circuit;
  private readonly catalogue: SeriesCatalogue;

  constructor(private readonly options: PrometheusOptions) {
    this.base = options.url.replace(/(?<!\/)\/+$/, '');
    this.circuit = new Circuit({
      ...(options.circuit ?? CIRCUIT),
      isFailure: (error) => !isOfTheQuery(error),
    });
    const { catalogueMs = CATALOGUE_MS } = options;
    this.catalogue = new SeriesCatalogue({ load: () => this.knownSeries(), keepMs: catalogueMs });
  }

  get circuitState(): Circuit['state'] {
    return this.circuit.state;
  }

  async range(expression: Expression, times: SampleTimes): Promise<SeriesRead> {
    const seconds = (ms: number): string => (ms / 1000).toFixed(3);
    const form = new URLSearchParams({
      query: toPromQl(this.withoutImpossible(expression)),
      start: seconds(times.start),
      end: seconds(times.end),
      step: seconds(times.step),
      timeout: `${this.timeoutMs}ms`,
    });
    try {
      const read = await this.circuit.run(async () =>
        toSeriesRead(await this.ask('/api/v1/query_range', form)),
      );
      this.options.onQuery?.(read.warnings.length === 0 ? 'read' : 'warned');
      return read;
    } catch (error) {
      this.options.onQuery?.(outcomeOf(error));
      throw this.sourceError(error);
    }
  }

  /** Reason why the server cannot answer; undefined if it can. */
  async notReady(): Promise<string | undefined> {
    try {
      await this.ask('/api/v1/query', new URLSearchParams({ query: '1' }));
      return undefined;
    } catch (error) {
      return this.sourceError(error).message;
    }
  }

  /** Reads which series exist, in the background, so that queries leave out others. */
  learn(): Promise<void> {
    return this.catalogue.refresh();
  }

  /**
   * If no part of the expression is possible, the whole is queried: the first series of a kind may have just appeared.
   */
  private withoutImpossible(expression: Expression): Expression {
    const known = this.circuitState === 'closed' ? this.catalogue.current() : undefined;
    const possible = known === undefined ? expression : possibleOnly(expression, known);
    return possible.op === 'nothing' ? expression : possible;
  }

  private async knownSeries(): Promise<KnownSeries | undefined> {
    const answers = await Promise.all([
      this.ask('/api/v1/label/__name__/values'),
      this.ask('/api/v1/labels'),
    ]);
    if (answers.some(({ warnings = [] }) => warnings.length > 0)) return undefined;
    const [names, labels] = answers.map(toTexts);
    return { names: new Set(names), labels: new Set(labels) };
  }

  private get timeoutMs(): number {
    return this.options.timeoutMs ?? TIMEOUT_MS;
  }

  private async ask(path: string, form?: URLSearchParams): Promise<Envelope> {
    const { token, maxBytes = MAX_BYTES } = this.options;
    const response = await fetch(this.base + path, {
      ...(form === undefined ? {} : { method: 'POST', body: form }),
      headers: {
        // To compress an answer of a thousand samples takes Prometheus as long as to evaluate the query.
        'accept-encoding': 'identity',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      // The token is for this server alone, and a POST that is redirected becomes a GET.
      redirect: 'manual',
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    const { status } = response;
    const text = await boundedText(response, maxBytes);
    if (status >= 300 && status < 400)
      throw new AnswerShapeError(`${status}, a redirect to ${response.headers.get('location') ?? 'nowhere'}`);
    const answer = asEnvelope(text, response.ok);
    if (response.ok && answer?.status === 'success') return answer;
    const reason = `${status}: ${answer?.error ?? excerpt(text)}`;
    throw isRefusal(status, answer) ? new RefusedQueryError(reason) : new AnswerShapeError(reason);
  }

  private sourceError(error: unknown): SourceError {
    return new SourceError(`Prometheus at ${this.base} ${whatHappened(error, this.timeoutMs)}`, {
      cause: error,
    });
  }
}

/** The body of an error may be the page of a proxy. */
function asEnvelope(text: string, mustBe: boolean): Envelope | undefined {
  try {
    return parseEnvelope(text);
  } catch (error) {
    if (mustBe) throw error;
    return undefined;
  }
}

/** Prometheus answers 400 and 422 for a query that it does not accept, and 503 for one that it could not finish. */
const isRefusal = (status: number, answer: Envelope | undefined): boolean =>
  answer?.status === 'error' && status >= 400 && status < 500;

function outcomeOf(error: unknown): QueryOutcome {
  if (error instanceof CircuitOpenError) return 'skipped';
  return isOfTheQuery(error) ? 'refused' : 'failed';
}

/** Another query may be answered. */
const isOfTheQuery = (error: unknown): boolean =>
  error instanceof RefusedQueryError || error instanceof TooLongError;

function whatHappened(error: unknown, timeoutMs: number): string {
  if (error instanceof CircuitOpenError) {
    const { failures, failure } = error;
    return `was not asked, since its last ${failures} queries failed: it ${whatHappened(failure, timeoutMs)}`;
  }
  const { name, message, cause } = error as Error;
  if (error instanceof RefusedQueryError || error instanceof AnswerShapeError) return `answered ${message}`;
  if (error instanceof TooLongError) return `was cut off: the answer is ${message}; ask for fewer samples`;
  if (name === 'TimeoutError') return `did not answer within ${timeoutMs / 1000} s`;
  // `fetch` says "fetch failed" and hides what happened in the cause.
  return `cannot be reached: ${cause instanceof Error ? cause.message : message}`;
}
