import {
  avg,
  divide,
  equal,
  firstOf,
  labelled,
  quantileOf,
  rate,
  sum,
  times,
  unless,
  type Expression,
  type Matcher,
} from '@tessera/domain-measurement';
import { ENGINE_LABELS, ENGINE_SERIES, SERIES, type EngineFigure } from '@tessera/contracts-metrics';
import type { Read } from '../../exposed-series';
import { orOfNative } from '../../histogram-part';
import { distinct, own, podSeries } from '../of-pods';
import type { Plan } from '../plan';
import type { PodsScope } from '../scope';

const over =
  (windowMs: number): Read =>
  (of) =>
    rate(of, windowMs);

/** Series of a model server, of the pods of the scope; a page that is scraped twice counts once. */
const ofEngine = (name: string, scope: PodsScope, read?: Read): Expression =>
  distinct(podSeries(name, scope, [], read), 'namespace', 'pod', ...ENGINE_LABELS);

const either = ([head, ...others]: readonly Expression[]): Expression =>
  firstOf(head as Expression, ...others);

const first = (figure: EngineFigure, of: (name: string) => Expression): Expression =>
  either(ENGINE_SERIES[figure].map(of));

/**
 * Rates of a histogram that a Prometheus server keeps as a native one, over all pods of the scope. The mean, and not the
 * maximum, of what two scrapes of one page have: histograms have no order.
 */
const nativeRates = (name: string, scope: PodsScope, windowMs: number): Expression =>
  sum(avg(podSeries(name, scope, [], over(windowMs)), 'namespace', 'pod', ...ENGINE_LABELS));

/** Increase per second of a counter, over all pods of the scope. */
const grown = (name: string, scope: PodsScope, windowMs: number): Expression =>
  orOfNative(
    name,
    (counter) => sum(ofEngine(counter, scope, over(windowMs))),
    (histogram) => nativeRates(histogram, scope, windowMs),
  );

/** Sum of a gauge, or of a counter as it stands. */
export const engineSum =
  (figure: EngineFigure): Plan<PodsScope> =>
  (scope) =>
    first(figure, (name) => sum(ofEngine(name, scope)));

/** Mean of a share between 0 and 1. */
export const engineShare =
  (figure: EngineFigure): Plan<PodsScope> =>
  (scope) =>
    first(figure, (name) => avg(ofEngine(name, scope)));

/** Tokens per second as the model server counts them, else as the gateway meters that kind. */
export const tokensPerSecond =
  (figure: EngineFigure, kind: 'input' | 'output'): Plan<PodsScope> =>
  (scope, windowMs) =>
    firstOf(
      first(figure, (name) => grown(name, scope, windowMs)),
      sum(own(SERIES.gatewayTokens, scope, over(windowMs), equal('kind', kind))),
    );

/** Mean of a histogram over the window, in seconds: that of the model server, else that of the gateway. */
export const meanSeconds =
  (figure: EngineFigure, ofGateway: string, ...more: readonly Matcher[]): Plan<PodsScope> =>
  (scope, windowMs) => {
    const engine = (name: string): Expression => grown(name, scope, windowMs);
    const metered = (name: string): Expression => sum(own(name, scope, over(windowMs), ...more));
    const gateway = (name: string): Expression => orOfNative(name, metered, metered);
    return firstOf(
      first(figure, (name) => divide(engine(`${name}_sum`), engine(`${name}_count`))),
      divide(gateway(`${ofGateway}_sum`), gateway(`${ofGateway}_count`)),
    );
  };

const bucketRates = (name: string, scope: PodsScope, windowMs: number): Expression =>
  sum(ofEngine(`${name}_bucket`, scope, over(windowMs)), 'le');

/**
 * How many ended within the window, for each bucket `le` of a histogram with all that are below it. A source gives the
 * buckets of a native histogram with the same label.
 */
export const engineBuckets =
  (figure: EngineFigure): Plan<PodsScope> =>
  (scope, windowMs) => {
    const rates = first(figure, (name) => {
      const buckets = bucketRates(name, scope, windowMs);
      return firstOf(buckets, unless(nativeRates(name, scope, windowMs), [], buckets));
    });
    return times(rates, windowMs / 1000);
  };

/** p50, p90 and p99 of a histogram over the window, in seconds. */
export const enginePercentiles =
  (figure: EngineFigure): Plan<PodsScope> =>
  (scope, windowMs) => {
    // Read once for all quantiles.
    const histograms = ENGINE_SERIES[figure].flatMap((name) => [
      bucketRates(name, scope, windowMs),
      nativeRates(name, scope, windowMs),
    ]);
    const percentile = (name: string, quantile: number): Expression =>
      labelled(either(histograms.map((of) => quantileOf(quantile, of))), 'percentile', name);
    return firstOf(percentile('p50', 0.5), percentile('p90', 0.9), percentile('p99', 0.99));
  };

/** Types that are distributions, with the label that tells apart their series: bounds of buckets, or percentiles. */
export const DISTRIBUTIONS: Readonly<Record<string, 'le' | 'percentile'>> = {
  NIM_TIME_TO_FIRST_TOKEN_SECONDS: 'le',
  NIM_E2E_REQUEST_LATENCY_SECONDS: 'le',
  NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES: 'percentile',
  NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES: 'percentile',
};
