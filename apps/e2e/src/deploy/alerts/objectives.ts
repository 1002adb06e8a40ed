import type { Scenario } from './scenario';

/** An objective: its alert, the share that may fail, and the counters of a minute in which `bad` of 1,000 fail. */
export interface Objective {
  readonly alert: string;
  readonly metric: string;
  readonly budget: number;
  readonly series: (values: (perMinute: number) => string, bad: number) => Readonly<Record<string, string>>;
}

const API = 'tessera_api_request_duration_seconds';
const COLD = 'tessera_gateway_cold_start_seconds';

export const OBJECTIVES: readonly Objective[] = [
  {
    alert: 'TesseraApiErrorBudgetBurn',
    metric: 'tessera_api_errors',
    budget: 0.001,
    series: (values, bad) => ({
      [`${API}_count{operation="o", status="200"}`]: values(1_000 - bad),
      [`${API}_count{operation="o", status="503"}`]: values(bad),
    }),
  },
  {
    alert: 'TesseraApiLatencyBudgetBurn',
    metric: 'tessera_api_slow',
    budget: 0.01,
    series: (values, bad) => ({
      [`${API}_count{operation="o", status="200"}`]: values(1_000),
      [`${API}_bucket{operation="o", status="200", le="1"}`]: values(1_000 - bad),
    }),
  },
  {
    alert: 'TesseraServingErrorBudgetBurn',
    metric: 'tessera_gateway_unserved',
    budget: 0.001,
    series: (values, bad) => ({
      'tessera_gateway_requests_total{workload="w", pod="p", code="200"}': values(900 - bad),
      'tessera_gateway_requests_total{workload="w", pod="p", code="500"}': values(100),
      'tessera_gateway_requests_total{workload="w", pod="", code="503"}': values(bad),
    }),
  },
  {
    alert: 'TesseraColdStartBudgetBurn',
    metric: 'tessera_gateway_slow_cold_starts',
    budget: 0.05,
    // As Prometheus 3 writes the bound.
    series: (values, bad) => ({
      [`${COLD}_count{project="p"}`]: values(1_000),
      [`${COLD}_bucket{project="p", le="60.0"}`]: values(1_000 - bad),
    }),
  },
];

/** Long and short window, how many times as fast as a month allows, and for how long. */
export const BURNS = [
  { long: '1h', short: '5m', factor: 14.4, for: '2m', severity: 'critical' },
  { long: '6h', short: '30m', factor: 6, for: '15m', severity: 'critical' },
  { long: '1d', short: '2h', factor: 3, for: '1h', severity: 'warning' },
  { long: '3d', short: '6h', factor: 1, for: '3h', severity: 'warning' },
] as const;

const steady =
  (minutes: number) =>
  (perMinute: number): string =>
    `0+${perMinute}x${minutes}`;
/** For ten minutes only, which ended 40 minutes before the alerts are evaluated. */
const brief = (perMinute: number): string => `0x25 0+${perMinute}x10 ${perMinute * 10}x45`;
const ofInstance = (series: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(series).map(([name, values]) => [`${name.slice(0, -1)}, instance="b"}`, values]),
  );

/** Each objective with a fast burn, with one that has ended, and within the budget. */
export const OBJECTIVE_SCENARIOS: readonly Scenario[] = OBJECTIVES.flatMap(({ alert, budget, series }) => [
  {
    name: `${alert}: a burn 16 times as fast as a month allows`,
    series: series(steady(80), Math.ceil(16 * budget * 1_000)),
    atMinutes: 75,
    fires: [alert],
  },
  {
    name: `${alert}: one that has ended`,
    series: { ...series(brief, 900), ...ofInstance(series(steady(80), 0)) },
    atMinutes: 75,
    fires: [],
    silent: [alert],
  },
  {
    name: `${alert}: failures within the budget`,
    series: series(steady(80), budget * 500),
    atMinutes: 75,
    fires: [],
    silent: [alert],
  },
]);
