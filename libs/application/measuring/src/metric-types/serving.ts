import { divide, rate, sum, times, type Expression } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { own } from './of-pods';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

/** Requests per second. */
export const throughput: Plan<PodsScope> = (scope, windowMs) =>
  sum(rate(own(SERIES.gatewayRequests, scope), windowMs));

/** Mean over all requests that ended in the window, in ms. */
export const latency: Plan<PodsScope> = (scope, windowMs) => {
  const summed = (part: string): Expression =>
    sum(rate(own(`${SERIES.gatewaySeconds}_${part}`, scope), windowMs));
  return times(divide(summed('sum'), summed('count')), 1000);
};
