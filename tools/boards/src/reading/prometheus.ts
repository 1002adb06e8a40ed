/** One series of an answer. */
export interface Found {
  readonly labels: Readonly<Record<string, string>>;
  /** Time in seconds since the epoch, and value. */
  readonly points: readonly (readonly [number, number])[];
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

/** A Prometheus server as a board asks it. Rejects with what the server says about a query that it does not take. */
export class AskedPrometheus {
  constructor(private readonly url: string) {}

  /** Values now. */
  now(query: string): Promise<readonly Found[]> {
    return this.ask('query', { query });
  }

  /** Values over time; times in seconds since the epoch. */
  over(query: string, start: number, end: number, step: number): Promise<readonly Found[]> {
    return this.ask('query_range', { query, start: String(start), end: String(end), step: String(step) });
  }

  /** Values of a label, for `label_values(series, label)`. */
  async valuesOf(definition: string): Promise<readonly string[]> {
    const [, series = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
    const found = await this.now(`count by (${label}) (${series})`);
    return found.map(({ labels }) => labels[label] ?? '').sort();
  }

  private async ask(path: string, asked: Readonly<Record<string, string>>): Promise<readonly Found[]> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(asked).toString()}`);
    const answer: Answer = JSON.parse(await response.text());
    if (answer.status !== 'success' || answer.data === undefined)
      throw new Error(`${asked['query']}: ${answer.error}`);
    return answer.data.result.map(({ metric, value, values }) => ({
      labels: metric,
      points: (values ?? (value === undefined ? [] : [value])).map(
        ([at, text]) => [at, Number(text)] as const,
      ),
    }));
  }
}
