import type { Series, SeriesRead, SeriesSource } from '@tessera/application-measuring';
import { instantsOf, type Expression, type Sample, type SampleTimes } from '@tessera/domain-measurement';
import { Evaluation } from './evaluate';
import type { SampleStore } from './sample-store';

/** Reads series from the samples that this process scraped; replaces a Prometheus server. */
export class LocalSource implements SeriesSource {
  constructor(private readonly store: SampleStore) {}

  async range(expression: Expression, times: SampleTimes): Promise<SeriesRead> {
    const evaluation = new Evaluation(this.store);
    const series = new Map<string, { readonly labels: Series['labels']; readonly points: Sample[] }>();
    for (const at of instantsOf(times))
      for (const { labels, value } of evaluation.at(expression, at)) {
        if (!Number.isFinite(value)) continue;
        const key = JSON.stringify(Object.entries(labels));
        const known = series.get(key) ?? { labels, points: [] };
        known.points.push({ at, value });
        series.set(key, known);
      }
    return { series: [...series.values()], warnings: [] };
  }
}
