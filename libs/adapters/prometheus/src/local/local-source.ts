import { setImmediate } from 'node:timers/promises';
import { SourceError, type Series, type SeriesRead, type SeriesSource } from '@tessera/application-measuring';
import { instantsOf, type Expression, type Sample, type SampleTimes } from '@tessera/domain-measurement';
import { Evaluation } from './evaluate';
import type { SampleStore } from './sample-store';

export interface LocalSourceOptions {
  /** Longest time of one evaluation, ms; default 10 s. An instant that has begun is finished. */
  readonly limitMs?: number;
  /** A monotonic clock, ms. */
  readonly now?: () => number;
}

const LIMIT_MS = 10_000;
/** After this time an evaluation yields to other work, ms. */
const TURN_MS = 20;

/** Reads series from the samples that this process scraped; replaces a Prometheus server. */
export class LocalSource implements SeriesSource {
  constructor(
    private readonly store: SampleStore,
    private readonly options: LocalSourceOptions = {},
  ) {}

  async range(expression: Expression, times: SampleTimes): Promise<SeriesRead> {
    const { limitMs = LIMIT_MS, now = () => performance.now() } = this.options;
    const evaluation = new Evaluation(this.store);
    const series = new Map<string, { readonly labels: Series['labels']; readonly points: Sample[] }>();
    const began = now();
    let turn = began;
    for (const at of instantsOf(times)) {
      if (now() - began > limitMs)
        throw new SourceError(
          `the evaluation of the scraped samples took more than ${limitMs / 1000} s; ask for fewer samples`,
        );
      if (now() - turn > TURN_MS) {
        await setImmediate();
        turn = now();
      }
      for (const { labels, value } of evaluation.at(expression, at)) {
        if (!Number.isFinite(value)) continue;
        const key = JSON.stringify(Object.entries(labels));
        const known = series.get(key) ?? { labels, points: [] };
        known.points.push({ at, value });
        series.set(key, known);
      }
    }
    return { series: [...series.values()], warnings: [] };
  }
}
