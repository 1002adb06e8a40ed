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
  type Expression,
  type Matcher,
} from '@tessera/domain-measurement';
import { ENGINE_LABELS, ENGINE_SERIES, SERIES, type EngineFigure } from '@tessera/contracts-metrics';
import type { Read } from '../../exposed-series';
import { distinct, own, podSeries } from '../of-pods';
import type { Plan } from '../plan';
import type { PodsScope } from '../scope';

/** Series of a model server, of the pods of the scope; a page that is scraped twice counts once. */
const ofEngine = (name: string, scope: PodsScope, read?: Read): Expression =>
  distinct(podSeries(name, scope, [], read), 'namespace', 'pod', ...ENGINE_LABELS);

const first = (figure: EngineFigure, of: (name: string) => Expression): Expression => {
  const [head, ...others] = ENGINE_SERIES[figure].map(of);
  return firstOf(head as Expression, ...others);
};

const over =
  (windowMs: number): Read =>
  (of) =>
    rate(of, windowMs);

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
      first(figure, (name) => sum(ofEngine(name, scope, over(windowMs)))),
      sum(own(SERIES.gatewayTokens, scope, over(windowMs), equal('kind', kind))),
    );

/** Mean of a histogram over the window, in seconds: that of the model server, else that of the gateway. */
export const meanSeconds =
  (figure: EngineFigure, ofGateway: string, ...more: readonly Matcher[]): Plan<PodsScope> =>
  (scope, windowMs) => {
    const engine = (name: string): Expression => sum(ofEngine(name, scope, over(windowMs)));
    const gateway = (name: string): Expression => sum(own(name, scope, over(windowMs), ...more));
    return firstOf(
      first(figure, (name) => divide(engine(`${name}_sum`), engine(`${name}_count`))),
      divide(gateway(`${ofGateway}_sum`), gateway(`${ofGateway}_count`)),
    );
  };

const bucketRates = (figure: EngineFigure, scope: PodsScope, windowMs: number): Expression =>
  first(figure, (name) => sum(ofEngine(`${name}_bucket`, scope, over(windowMs)), 'le'));

/** How many ended within the window, for each bucket `le` of a histogram with all that are below it. */
export const engineBuckets =
  (figure: EngineFigure): Plan<PodsScope> =>
  (scope, windowMs) =>
    times(bucketRates(figure, scope, windowMs), windowMs / 1000);

/** p50, p90 and p99 of a histogram over the window, in seconds. */
export const enginePercentiles =
  (figure: EngineFigure): Plan<PodsScope> =>
  (scope, windowMs) => {
    const buckets = bucketRates(figure, scope, windowMs);
    const percentile = (name: string, quantile: number): Expression =>
      labelled(quantileOf(quantile, buckets), 'percentile', name);
    return firstOf(percentile('p50', 0.5), percentile('p90', 0.9), percentile('p99', 0.99));
  };

/** Types that are distributions, with the label that tells apart their series: bounds of buckets, or percentiles. */
export const DISTRIBUTIONS: Readonly<Record<string, 'le' | 'percentile'>> = {
  NIM_TIME_TO_FIRST_TOKEN_SECONDS: 'le',
  NIM_E2E_REQUEST_LATENCY_SECONDS: 'le',
  NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES: 'percentile',
  NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES: 'percentile',
};
