import { meets, type Matcher, type Sample, type Selection } from '@tessera/domain-measurement';
import type { ExposedSample } from './exposition';

type Labels = Readonly<Record<string, string>>;

/** All scrapes of one target: their times, and per series the scrapes at which its value changed. */
interface Target {
  /** Times of the scrapes that are kept, ms. */
  times: number[];
  /** Number of the first scrape that is kept; scrapes are counted from 0. */
  first: number;
  readonly series: Map<string, StoredSeries>;
}

/** NaN means absent. Scrapes without a change take no memory, and most series rarely change. */
interface StoredSeries {
  readonly name: string;
  readonly labels: Labels;
  readonly target: Target;
  changedAt: number[];
  values: number[];
  seenAt: number;
}

export interface SampleStoreOptions {
  /** How long samples are kept, ms. */
  readonly retentionMs: number;
}

/** How long a value counts after its scrape when no newer scrape was made, ms: Prometheus' lookback delta. */
const LOOKBACK_MS = 300_000;
/** Old scrapes go in blocks of this many, so that trimming stays cheap. */
const TRIM_BLOCK = 64;

/**
 * In-memory store of scraped samples, for some hours. A series that is missing in a scrape of its target has no value
 * from then on, as in Prometheus.
 */
export class SampleStore {
  private readonly targets = new Map<string, Target>();
  private readonly byName = new Map<string, Set<StoredSeries>>();

  constructor(private readonly options: SampleStoreOptions) {}

  /**
   * One scrape of a target; without samples if it failed. If the clock was set back since the last scrape, scrapes that
   * now lie in the future are dropped: their times were wrong.
   */
  append(targetName: string, at: number, samples: Iterable<ExposedSample>): void {
    const target = this.target(targetName);
    if (at <= (target.times.at(-1) ?? -Infinity)) this.dropFrom(target, at);
    const scrape = target.first + target.times.length;
    target.times.push(at);
    for (const sample of samples)
      if (!Number.isNaN(sample.value)) this.put(target, targetName, scrape, sample);
    for (const series of target.series.values()) if (series.seenAt !== scrape) change(series, scrape, NaN);
    this.trim(target, at - this.options.retentionMs);
  }

  /** The series that match a selector, for repeated reads. */
  find({ name, matchers }: Selection): readonly StoredView[] {
    const found: StoredView[] = [];
    for (const series of this.byName.get(name) ?? [])
      if (matchers.every((matcher: Matcher) => meets(series.labels, matcher)))
        found.push(new StoredView(series));
    return found;
  }

  /** Number of stored series and value changes. */
  size(): { readonly series: number; readonly changes: number } {
    let series = 0;
    let changes = 0;
    for (const all of this.byName.values())
      for (const one of all) {
        series += 1;
        changes += one.values.length;
      }
    return { series, changes };
  }

  private target(name: string): Target {
    const known = this.targets.get(name) ?? { times: [], first: 0, series: new Map() };
    this.targets.set(name, known);
    return known;
  }

  private put(target: Target, instance: string, scrape: number, sample: ExposedSample): void {
    const { name, labels, value } = sample;
    const key = `${name}${JSON.stringify(Object.entries(labels).sort(byFirst))}`;
    let series = target.series.get(key);
    if (series === undefined) {
      series = { name, labels: { instance, ...labels }, target, changedAt: [], values: [], seenAt: scrape };
      target.series.set(key, series);
      const all = this.byName.get(name) ?? new Set();
      this.byName.set(name, all.add(series));
    }
    series.seenAt = scrape;
    change(series, scrape, value);
  }

  private dropFrom(target: Target, at: number): void {
    target.times.length = target.times.findIndex((time) => time >= at);
    const next = target.first + target.times.length;
    for (const [key, series] of target.series) {
      const kept = lastAtOrBefore(series.changedAt, next - 1) + 1;
      series.changedAt.length = kept;
      series.values.length = kept;
      series.seenAt = -1;
      if (kept === 0) this.forget(target, key, series);
    }
  }

  private trim(target: Target, before: number): void {
    const { times } = target;
    if ((times[TRIM_BLOCK] ?? Infinity) >= before) return;
    const keepFrom = times.findIndex((at) => at >= before);
    target.times = times.slice(keepFrom);
    target.first += keepFrom;
    for (const [key, series] of target.series) {
      const from = Math.max(0, lastAtOrBefore(series.changedAt, target.first));
      series.changedAt = series.changedAt.slice(from);
      series.values = series.values.slice(from);
      if (series.values.length === 1 && Number.isNaN(series.values[0])) this.forget(target, key, series);
    }
  }

  private forget(target: Target, key: string, series: StoredSeries): void {
    target.series.delete(key);
    const all = this.byName.get(series.name);
    all?.delete(series);
    if (all?.size === 0) this.byName.delete(series.name);
  }
}

/** Reads one series. */
export class StoredView {
  constructor(private readonly series: StoredSeries) {}

  get labels(): Labels {
    return this.series.labels;
  }

  /** The value of the newest scrape not after `at`; undefined when that is too old or did not show the series. */
  valueAt(at: number): number | undefined {
    const { times, first } = this.series.target;
    const index = lastAtOrBefore(times, at);
    const time = times[index];
    if (time === undefined || at - time >= LOOKBACK_MS) return undefined;
    return this.valueOf(lastAtOrBefore(this.series.changedAt, first + index));
  }

  /** The samples of the scrapes after one instant and until another: the first does not count, as in Prometheus 3. */
  samples(start: number, end: number): readonly Sample[] {
    const { target, changedAt } = this.series;
    const samples: Sample[] = [];
    let index = lastAtOrBefore(target.times, start) + 1;
    let change = lastAtOrBefore(changedAt, target.first + index);
    for (; index < target.times.length; index += 1) {
      const at = target.times[index] ?? 0;
      if (at > end) break;
      while ((changedAt[change + 1] ?? Infinity) <= target.first + index) change += 1;
      const value = this.valueOf(change);
      if (value !== undefined) samples.push({ at, value });
    }
    return samples;
  }

  private valueOf(change: number): number | undefined {
    const value = this.series.values[change];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }
}

function change(series: StoredSeries, scrape: number, value: number): void {
  const last = series.values.at(-1);
  if (last !== undefined && Object.is(last, value)) return;
  series.changedAt.push(scrape);
  series.values.push(value);
}

const byFirst = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

/** Index of the last element that is not above `limit` in ascending numbers; -1 when there is none. */
function lastAtOrBefore(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
