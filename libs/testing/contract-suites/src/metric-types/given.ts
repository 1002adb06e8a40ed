import { T0, type GivenSeries } from '../series-source';

export type Labels = Readonly<Record<string, string>>;

/** The instant of every query; the scrapes are of the two minutes before it. */
export const NOW = T0 + 120_000;
const SCRAPE_MS = 10_000;
const TIMES = Array.from({ length: 13 }, (_, index) => index * SCRAPE_MS);

/** A gauge that has this value all the time. */
export const gauge = (name: string, labels: Labels, value: number): GivenSeries => ({
  name,
  labels,
  samples: TIMES.map((at) => [T0 + at, value] as const),
});
/** A counter that grows by `perSecond`. */
export const counter = (name: string, labels: Labels, perSecond: number): GivenSeries => ({
  name,
  labels,
  samples: TIMES.map((at) => [T0 + at, (perSecond * at) / 1000] as const),
});
/** The same gauge with ten more minutes of scrapes before it. */
export const older = (series: GivenSeries): GivenSeries => {
  const value = series.samples[0]?.[1] ?? 0;
  const before = Array.from({ length: 60 }, (_, index) => [T0 - (60 - index) * SCRAPE_MS, value] as const);
  return { ...series, samples: [...before, ...series.samples] };
};
/** The same series with one other value in the middle of the last minute. */
export const interrupted = (series: GivenSeries, value: number): GivenSeries => ({
  ...series,
  samples: series.samples.map(([at, known], index) => [at, index === 9 ? value : known] as const),
});
/** The same series from two instances of an exporter. */
export const twice = (series: GivenSeries): GivenSeries[] =>
  ['i1', 'i2'].map((instance) => ({ ...series, labels: { ...series.labels, instance } }));
