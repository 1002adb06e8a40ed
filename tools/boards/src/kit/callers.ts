import { SERIES } from '@tessera/contracts-metrics';
import { stat, upTo, type Panel, type Query } from './board';
import { orZero, quantile, rate, sum } from './promql';

/** Requests per second of the workloads that match the labels. */
export const requestsOf = (labels: string): string => rate(SERIES.gatewayRequests, labels);

/** The share of their requests that ended with 5xx; what to do about it is the board's to say. */
export const errorShare = (labels: string, advice: string): Panel =>
  stat(
    'Errors',
    `Share of the requests that ended with 5xx. ${advice}`,
    'percentunit',
    `${orZero(sum(requestsOf(`${labels}, code=~"5.."`)))} / (sum(${requestsOf(labels)}) > 0 or vector(1))`,
    { limits: upTo(0.001, 0.01), decimals: 2 },
  );

/** The time that the slowest hundredth of their requests takes at least. */
export const slowest = (labels: string): Panel =>
  stat(
    'Slowest 1 %',
    'p99 of the time from request to the end of the answer, waiting included.',
    's',
    quantile(0.99, SERIES.gatewaySeconds, labels),
    { limits: upTo(5, 30) },
  );

/** Median, p95 and p99 of the time of their requests. */
export const latencies = (labels: string): readonly Query[] =>
  [0.5, 0.95, 0.99].map((part) => ({
    expr: quantile(part, SERIES.gatewaySeconds, labels),
    legend: `p${part * 100}`,
  }));
