import {
  rateWindowMs,
  sampleTimes,
  type Expression,
  type Sample,
  type SampleTimes,
} from '@tessera/domain-measurement';
import { planFor, withAttribution, type Scope } from './metric-types';
import type { Series, SeriesSource } from './ports';

/** A query: which types, of which scope, in which range (ms since the epoch), at how many instants. */
export interface MeasureRequest {
  readonly scope: Scope;
  readonly types: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly samples: number;
}

/** One series of one type. */
export interface Measurement {
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly Sample[];
}

export interface Measured {
  readonly measurements: readonly Measurement[];
  /** Types whose series could not be read, each with its reason. */
  readonly failed: readonly { readonly type: string; readonly error: unknown }[];
  /** Types whose series may be incomplete, each with what the source says of it. */
  readonly warned: readonly { readonly type: string; readonly warnings: readonly string[] }[];
}

export interface MeasuringDependencies {
  readonly source: SeriesSource;
  readonly clock: { now(): number };
  /** Shortest window of rates, ms; several scrapes must fall into it. */
  readonly rateWindowMs: number;
  /** Ranges that reach to the present are put on multiples of this, ms, so that readers share answers. */
  readonly presentStepMs?: number;
}

/** The scope does not have the requested type. */
export class UnknownMetricError extends Error {
  constructor(readonly type: string) {
    super(`metricType ${type} does not exist in this scope`);
    this.name = 'UnknownMetricError';
  }
}

/**
 * Reads every requested type separately, so that one failure does not hide the others. The future has no values. A type
 * without data gives one measurement without values. Throws {@link UnknownMetricError}.
 */
export async function measure(
  dependencies: MeasuringDependencies,
  request: MeasureRequest,
): Promise<Measured> {
  const { scope, samples } = request;
  const { start, end } = pastOf(request, dependencies.clock.now(), dependencies.presentStepMs);
  const times = sampleTimes(start, end, samples);
  const windowMs =
    times === undefined ? dependencies.rateWindowMs : rateWindowMs(times, dependencies.rateWindowMs);
  const plans = [...new Set(request.types)].map((type) => {
    const expression = planFor(type, scope, windowMs);
    if (expression === undefined) throw new UnknownMetricError(type);
    return { type, expression };
  });
  const results = await Promise.all(plans.map((plan) => read(dependencies.source, plan, times)));
  return {
    measurements: results.flatMap((result) => ('measurements' in result ? result.measurements : [])),
    failed: results.flatMap((result) => ('error' in result ? [result] : [])),
    warned: results.flatMap((result) => ('measurements' in result ? result.warned : [])),
  };
}

/**
 * The part of the range that is past. One that reaches to the present moves back to a multiple of `stepMs` with both
 * ends: those who refresh a board ask for the same instants then.
 */
function pastOf(
  { start, end }: Pick<MeasureRequest, 'start' | 'end'>,
  now: number,
  stepMs = 1,
): Pick<MeasureRequest, 'start' | 'end'> {
  if (start > now || end < now - stepMs) return { start, end: Math.min(end, now) };
  const step = (at: number): number => Math.floor(at / stepMs) * stepMs;
  return { start: step(start), end: step(Math.min(end, now)) };
}

interface Plan {
  readonly type: string;
  readonly expression: Expression;
}

async function read(
  source: SeriesSource,
  { type, expression }: Plan,
  times: SampleTimes | undefined,
): Promise<Pick<Measured, 'measurements' | 'warned'> | Measured['failed'][number]> {
  const nothing: Measurement = { type, labels: {}, values: [] };
  if (times === undefined) return { measurements: [nothing], warned: [] };
  try {
    const { series: all, warnings } = await source.range(expression, times);
    const series = withAttribution(all);
    return {
      measurements: series.length === 0 ? [nothing] : inOrder(type, series),
      warned: warnings.length === 0 ? [] : [{ type, warnings }],
    };
  } catch (error) {
    return { type, error };
  }
}

/** Sorted by labels, numbers numerically, so that device 10 follows device 9 whatever the order of the source. */
const inOrder = (type: string, series: readonly Series[]): readonly Measurement[] =>
  series
    .map(({ labels, points }) => ({ type, labels, values: points }))
    .sort((a, b) => key(a.labels).localeCompare(key(b.labels), 'en', { numeric: true }));

const key = (labels: Readonly<Record<string, string>>): string =>
  ['node', 'gpu', 'GPU_I_ID', 'range'].map((label) => labels[label] ?? '').join(' ');
