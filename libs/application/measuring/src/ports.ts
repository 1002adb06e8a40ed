import type { Expression, Sample, SampleTimes } from '@tessera/domain-measurement';

/** One line of a result: what tells it apart, and its values in order of time. Instants without a value are left out. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Sample[];
}

/** Where series come from: a Prometheus server, or the samples that we scraped ourselves. */
export interface SeriesSource {
  /**
   * Values of the expression at each instant, series by series; nothing where there is no data. Values are finite. Rejects
   * with {@link SourceError} when the source cannot be read.
   */
  range(expression: Expression, times: SampleTimes): Promise<readonly Series[]>;
}

/** The source of series could not be read; the message says which and why. */
export class SourceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceError';
  }
}
