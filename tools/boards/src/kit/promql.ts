import { measuredRanges } from '@tessera/domain-measurement';

/** The time over which Grafana takes rates: at least four scrapes. */
const RATE = '$__rate_interval';

export const rate = (series: string, matchers = ''): string => `rate(${selected(series, matchers)}[${RATE}])`;

export const selected = (series: string, matchers = ''): string =>
  matchers === '' ? series : `${series}{${matchers}}`;

export const sum = (expr: string, ...by: readonly string[]): string => folded('sum', expr, by);
export const max = (expr: string, ...by: readonly string[]): string => folded('max', expr, by);
export const count = (expr: string, ...by: readonly string[]): string => folded('count', expr, by);

const folded = (by: string, expr: string, labels: readonly string[]): string =>
  labels.length === 0 ? `${by}(${expr})` : `${by} by (${labels.join(', ')}) (${expr})`;

/** 0 where there is nothing, so that a good state is a number too. */
export const orZero = (expr: string): string => `((${expr}) or vector(0))`;

/** What is a number: nothing where nothing happened, which Prometheus calls NaN. */
const known = (expr: string): string => `(${expr}) >= 0`;

/** Increase of a counter, with the first value of a series that is younger: `increase` begins at the second. */
export const grown = (series: string, time: string, matchers = ''): string => {
  const now = selected(series, matchers);
  return `((increase(${now}[${time}]) and ${now} offset ${time}) or (${now} unless ${now} offset ${time}))`;
};

/** A quantile of a histogram, over all series or for each value of the labels. */
export const quantile = (share: number, histogram: string, matchers = '', ...by: readonly string[]): string =>
  known(`histogram_quantile(${share}, ${sum(rate(`${histogram}_bucket`, matchers), 'le', ...by)})`);

/** The same over the last hour, for what happens so seldom that a rate over some scrapes is mostly empty. */
export const quantileOfHour = (share: number, histogram: string, matchers = ''): string =>
  known(
    `histogram_quantile(${share}, ${sum(`increase(${selected(`${histogram}_bucket`, matchers)}[1h])`, 'le')})`,
  );

/** Mean of what a histogram observed in the last hour. */
export const meanOfHour = (histogram: string, ...by: readonly string[]): string => {
  const of = (part: string): string => sum(`increase(${histogram}_${part}[1h])`, ...by);
  return known(`${of('sum')} / ${of('count')}`);
};

/** What devices measured: DCGM has numbers that say that it has no value. */
const measured = (series: string): string =>
  measuredRanges(series)
    ?.map(([from, below]) => `${series} >= ${from} < ${below}`)
    .join(' or ') ?? series;

/**
 * A series of the GPU exporter for each device, by `node` and `gpu` as the scheduler names them. The exporter calls the
 * node `Hostname`, since May 2026 `hostname`, and gives a shared device to whichever pod it finds.
 */
export function perDevice(series: string, fold: 'max' | 'avg' | 'sum' = 'max'): string {
  const both = `${fold} by (Hostname, hostname, gpu) (${measured(series)})`;
  const newer = `label_replace(${both}, "node", "$1", "hostname", "(.+)")`;
  return `max by (node, gpu) (label_replace(${newer}, "node", "$1", "Hostname", "(.+)"))`;
}
