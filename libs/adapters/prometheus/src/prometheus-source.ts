import { SourceError, type Series, type SeriesSource } from '@tessera/application-measuring';
import type { Expression, SampleTimes } from '@tessera/domain-measurement';
import { toPromQl } from './promql';

export interface PrometheusOptions {
  /** Address of the server, without `/api/v1`. */
  readonly url: string;
  /** Bearer token, if the server requires one. */
  readonly token?: string;
  /** Timeout of one query, ms. */
  readonly timeoutMs?: number;
}

/** Shape of `/api/v1/query_range` for a matrix (Prometheus HTTP API). */
interface RangeAnswer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
}

const TIMEOUT_MS = 15_000;

/** Reads series from a Prometheus server, or from anything with its HTTP API. */
export class PrometheusSource implements SeriesSource {
  private readonly base: string;

  constructor(private readonly options: PrometheusOptions) {
    this.base = options.url.replace(/(?<!\/)\/+$/, '');
  }

  async range(expression: Expression, times: SampleTimes): Promise<readonly Series[]> {
    const seconds = (ms: number): string => (ms / 1000).toFixed(3);
    const form = new URLSearchParams({
      query: toPromQl(expression),
      start: seconds(times.start),
      end: seconds(times.end),
      step: seconds(times.step),
    });
    const { data } = await this.ask('/api/v1/query_range', form);
    return (data?.result ?? []).map(toSeries).filter(({ points }) => points.length > 0);
  }

  /** Reason why the server cannot answer; undefined if it can. */
  async notReady(): Promise<string | undefined> {
    try {
      await this.ask('/api/v1/query', new URLSearchParams({ query: '1' }));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  private async ask(path: string, form: URLSearchParams): Promise<RangeAnswer> {
    const { token, timeoutMs = TIMEOUT_MS } = this.options;
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.base + path, {
        method: 'POST',
        body: form,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      throw new SourceError(`Prometheus at ${this.base} cannot be reached: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    const answer = parse(text);
    if (response.ok && answer?.status === 'success') return answer;
    const reason = answer?.error ?? text.slice(0, 200);
    throw new SourceError(`Prometheus at ${this.base} answered ${response.status}: ${reason}`);
  }
}

const toSeries = ({
  metric: { __name__, ...labels },
  values,
}: NonNullable<RangeAnswer['data']>['result'][number]): Series => ({
  labels,
  points: values
    .map(([seconds, text]) => ({ at: Math.round(seconds * 1000), value: Number(text) }))
    .filter(({ value }) => Number.isFinite(value)),
});

function parse(text: string): RangeAnswer | undefined {
  try {
    return JSON.parse(text) as RangeAnswer;
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed" and hides what happened in the cause. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
};
