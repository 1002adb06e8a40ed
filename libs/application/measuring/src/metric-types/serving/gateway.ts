import { divide, firstOf, quantileOf, rate, sum, times, type Expression } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import type { Read } from '../../exposed-series';
import { orOfNative } from '../../histogram-part';
import { own } from '../of-pods';
import type { Plan } from '../plan';
import type { PodsScope } from '../scope';

const over =
  (windowMs: number): Read =>
  (of) =>
    rate(of, windowMs);

/** Requests per second. */
export const throughput: Plan<PodsScope> = (scope, windowMs) =>
  sum(own(SERIES.gatewayRequests, scope, over(windowMs)));

/** How often the workload was woken in the window. */
export const coldStarts: Plan<PodsScope> = (scope, windowMs) =>
  times(sum(own(SERIES.gatewayWakes, scope, over(windowMs))), windowMs / 1000);

/** Mean over all requests that ended in the window, in ms. */
export const latency: Plan<PodsScope> = (scope, windowMs) => {
  const summed = (name: string): Expression => sum(own(name, scope, over(windowMs)));
  const all = (part: 'sum' | 'count'): Expression =>
    orOfNative(`${SERIES.gatewaySeconds}_${part}`, summed, summed);
  return times(divide(all('sum'), all('count')), 1000);
};

/**
 * Time within which the share `quantile` of the requests that ended in the window did, in ms: of the histogram's
 * buckets, or of the native histogram where a Prometheus server keeps that instead.
 */
export const latencyQuantile =
  (quantile: number): Plan<PodsScope> =>
  (scope, windowMs) => {
    const buckets = sum(own(`${SERIES.gatewaySeconds}_bucket`, scope, over(windowMs)), 'le');
    const native = sum(own(SERIES.gatewaySeconds, scope, over(windowMs)));
    return times(firstOf(quantileOf(quantile, buckets), quantileOf(quantile, native)), 1000);
  };
