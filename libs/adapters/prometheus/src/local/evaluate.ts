import { SourceError } from '@tessera/application-measuring';
import {
  bucketQuantile,
  counterRate,
  isMeasured,
  type Bucket,
  type Expression,
  type Selection,
} from '@tessera/domain-measurement';
import type { SampleStore, StoredView } from './sample-store';

type Labels = Readonly<Record<string, string>>;

/** One value of an instant. */
export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

/**
 * Evaluates expressions on the store with PromQL semantics. Series are looked up once per reader, and an expression that
 * is part of another in several places is evaluated once per instant.
 */
export class Evaluation {
  private readonly found = new Map<Selection, readonly StoredView[]>();
  private readonly known = new Map<Expression, readonly Value[]>();
  private knownAt = NaN;

  constructor(private readonly store: SampleStore) {}

  /** The values of the expression at one instant. */
  at(expression: Expression, instant: number): readonly Value[] {
    if (instant !== this.knownAt) this.known.clear();
    this.knownAt = instant;
    const known = this.known.get(expression) ?? this.evaluated(expression, instant);
    this.known.set(expression, known);
    return known;
  }

  private evaluated(expression: Expression, instant: number): readonly Value[] {
    switch (expression.op) {
      case 'select':
        return this.values(expression, (series) => measuredAt(expression, series, instant));
      case 'rate': {
        const start = instant - expression.windowMs;
        return this.values(expression.of, (series) => measuredRate(expression.of, series, start, instant));
      }
      case 'and':
      case 'unless': {
        const key = keyBy(expression.on);
        const there = new Set(this.at(expression.where, instant).map(key));
        const isThere = expression.op === 'and';
        return this.at(expression.of, instant).filter((value) => there.has(key(value)) === isThere);
      }
      case 'join': {
        const { on, label } = expression;
        const key = keyBy(on);
        const places = new Map<string, string>();
        for (const place of this.at(expression.from, instant))
          if (!places.has(key(place))) places.set(key(place), place.labels[label] ?? '');
        return this.at(expression.of, instant).flatMap((value) => {
          const place = places.get(key(value));
          return place === undefined
            ? []
            : [{ labels: { ...value.labels, [label]: place }, value: value.value }];
        });
      }
      case 'or': {
        const values = this.at(expression.of, instant);
        const taken = new Set(values.map(keyOf));
        return [...values, ...this.at(expression.other, instant).filter((value) => !taken.has(keyOf(value)))];
      }
      case 'aggregate':
        return aggregate(this.at(expression.of, instant), expression.by, expression.how);
      case 'divide': {
        const divisors = new Map(this.at(expression.by, instant).map((value) => [keyOf(value), value.value]));
        return this.at(expression.of, instant).flatMap((value) => {
          const divisor = divisors.get(keyOf(value));
          return divisor === undefined ? [] : [{ labels: value.labels, value: value.value / divisor }];
        });
      }
      case 'plus': {
        const others = new Map(
          this.at(expression.other, instant).map((value) => [keyOf(value), value.value]),
        );
        return this.at(expression.of, instant).flatMap((value) => {
          const other = others.get(keyOf(value));
          return other === undefined ? [] : [{ labels: value.labels, value: value.value + other }];
        });
      }
      case 'between':
        return this.at(expression.of, instant).filter(
          ({ value }) => value >= expression.from && value < expression.below,
        );
      case 'relabel': {
        const { from, to } = expression;
        return this.at(expression.of, instant).map(({ labels, value }) => ({
          labels: labels[from] ? { ...labels, [to]: labels[from] } : labels,
          value,
        }));
      }
      case 'label':
        return this.at(expression.of, instant).map(({ labels, value }) => ({
          labels: { ...labels, [expression.label]: expression.value },
          value,
        }));
      case 'idle':
        return this.values(expression.of, (series) =>
          idleSeconds(expression.of, series, instant, expression.windowMs),
        );
      case 'nothing':
      // The store has no native histograms.
      case 'observations':
        return [];
      case 'quantile':
        return quantiles(expression.quantile, this.at(expression.of, instant));
      case 'promql':
        throw new SourceError('a query in PromQL needs a Prometheus server (TESSERA_PROMETHEUS_URL)');
      case 'times':
        return this.at(expression.of, instant).map(({ labels, value }) => ({
          labels,
          value: value * expression.factor,
        }));
    }
  }

  private values(
    selection: Selection,
    valueOf: (series: StoredView) => number | undefined,
  ): readonly Value[] {
    const series = this.found.get(selection) ?? this.store.find(selection);
    this.found.set(selection, series);
    return series.flatMap((one) => {
      const value = valueOf(one);
      return value === undefined ? [] : [{ labels: one.labels, value }];
    });
  }
}

/** The newest value, if the series measured it. */
function measuredAt({ name }: Selection, series: StoredView, instant: number): number | undefined {
  const value = series.valueAt(instant);
  return value !== undefined && isMeasured(name, value) ? value : undefined;
}

/** A window with a value that was not measured has no rate: the counter may have been reset there. */
function measuredRate(
  { name }: Selection,
  series: StoredView,
  start: number,
  end: number,
): number | undefined {
  const samples = series.samples(start, end);
  return samples.every(({ value }) => isMeasured(name, value)) ? counterRate(samples, start, end) : undefined;
}

/** Undefined for a series that has ended. */
function idleSeconds(
  of: Selection,
  series: StoredView,
  instant: number,
  windowMs: number,
): number | undefined {
  if (measuredAt(of, series, instant) === undefined) return undefined;
  const start = instant - windowMs;
  const samples = series.samples(start, instant);
  const busy = samples.findLast(({ value }) => value > 0 && isMeasured(of.name, value));
  const first = series.valueAt(start) === undefined ? samples[0]?.at : undefined;
  return (instant - (busy?.at ?? first ?? start)) / 1000;
}

/** Buckets without a readable bound count as missing, as in Prometheus. */
function quantiles(quantile: number, values: readonly Value[]): readonly Value[] {
  const histograms = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>();
  for (const { labels: all, value } of values) {
    const { le = '', ...labels } = all;
    const upTo = /^\+?inf$/i.test(le) ? Infinity : Number(le);
    if (le === '' || Number.isNaN(upTo)) continue;
    const key = keyOf({ labels, value });
    const histogram = histograms.get(key) ?? { labels, buckets: [] };
    histogram.buckets.push({ upTo, count: value });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].flatMap(({ labels, buckets }) => {
    const value = bucketQuantile(quantile, buckets);
    return value === undefined ? [] : [{ labels, value }];
  });
}

function aggregate(
  values: readonly Value[],
  by: readonly string[],
  how: 'sum' | 'avg' | 'max' | 'count',
): readonly Value[] {
  const groups = new Map<string, { readonly labels: Labels; sum: number; max: number; count: number }>();
  for (const value of values) {
    const key = keyBy(by)(value);
    const group = groups.get(key) ?? { labels: pick(value.labels, by), sum: 0, max: -Infinity, count: 0 };
    group.sum += value.value;
    group.max = Math.max(group.max, value.value);
    group.count += 1;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, sum, max, count }) => ({
    labels,
    value: { sum, max, count, avg: sum / count }[how],
  }));
}

/** An absent label and an empty one are the same. */
const pick = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.flatMap((name) => (labels[name] ? [[name, labels[name]]] : [])));

const keyBy =
  (names: readonly string[]) =>
  ({ labels }: Value): string =>
    JSON.stringify(names.map((name) => labels[name] ?? ''));

const keyOf = ({ labels }: Value): string =>
  JSON.stringify(
    Object.keys(labels)
      .sort()
      .map((name) => [name, labels[name]]),
  );
