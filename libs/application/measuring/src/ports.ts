import type { Expression, Sample, SampleTimes } from '@tessera/domain-measurement';

/** One series of a result: its labels and its values in order of time. Instants without a value are left out. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Sample[];
}

/** What a source answers. */
export interface SeriesRead {
  readonly series: readonly Series[];
  /** What makes the series incomplete or doubtful, in the words of the source; empty where nothing does. */
  readonly warnings: readonly string[];
}

/** A source of series: a Prometheus server, or the samples that we scraped ourselves. */
export interface SeriesSource {
  /**
   * Values of the expression at each instant, by series; empty if there is no data. Values are finite. Rejects with
   * {@link SourceError} if the source cannot be read.
   */
  range(expression: Expression, times: SampleTimes): Promise<SeriesRead>;
}

/** The source could not be read; the message names the source and the cause. */
export class SourceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceError';
  }
}
