import type { ScalingValues } from '@tessera/contracts-internal';
import { scalingQueryOf, type ScalingQueries, type ScalingQuery } from '@tessera/contracts-metrics';
import {
  avg,
  divide,
  namesIn,
  promql,
  rate,
  select,
  sum,
  times,
  type Expression,
} from '@tessera/domain-measurement';
import { orOfNative } from './histogram-part';
import type { SeriesSource } from './ports';

export interface ScalingDependencies {
  readonly source: SeriesSource;
  readonly clock: { now(): number };
  /** Window of rates, ms. */
  readonly rateWindowMs: number;
  /** Beside the built-in ones, and instead of them. */
  readonly queries: ScalingQueries;
  /** A store of our own keeps these series from now on. */
  readonly want: (series: readonly string[]) => void;
}

type Read = ScalingValues['metrics'][number];

/** Maximum number of queries in flight. */
const AT_ONCE = 8;

/**
 * Current values of metrics for each pod that has one: one query per metric, for all workloads. A metric that cannot be
 * read is reported with its error and does not hide the others.
 */
export async function readScalingValues(
  dependencies: ScalingDependencies,
  metrics: readonly string[],
): Promise<ScalingValues> {
  const left = [...new Set(metrics)];
  const read: Read[] = [];
  const next = async (): Promise<void> => {
    for (let metric = left.shift(); metric !== undefined; metric = left.shift())
      read.push(await valuesOf(dependencies, metric));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return { metrics: read };
}

async function valuesOf(
  { source, clock, rateWindowMs, queries, want }: ScalingDependencies,
  metric: string,
): Promise<Read> {
  const query = scalingQueryOf(metric, queries);
  if (query === undefined) return { metric, values: [], error: 'it is not the name of a metric' };
  const expression = perPod(query, rateWindowMs);
  want(namesIn(expression));
  const now = clock.now();
  try {
    const { series } = await source.range(expression, { start: now, end: now, step: 1_000 });
    return {
      metric,
      values: series.flatMap(({ labels: { namespace, pod }, points }) => {
        const value = points.at(-1)?.value;
        return namespace && pod && value !== undefined ? [{ namespace, pod, value }] : [];
      }),
    };
  } catch (error) {
    return { metric, values: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/** The value of each pod. */
function perPod(query: ScalingQuery, windowMs: number): Expression {
  if ('promql' in query) return promql(query.promql);
  const fold = query.fold === 'avg' ? avg : sum;
  const folded = (of: Expression) => fold(of, 'namespace', 'pod');
  const increase = (name: string) => folded(rate(select(name), windowMs));
  const value = (): Expression => {
    if ('gauge' in query) return folded(select(query.gauge));
    if ('rate' in query) return increase(query.rate);
    const [of, by] = query.ratio.map((name) => orOfNative(name, increase, increase));
    return divide(of as Expression, by as Expression);
  };
  return query.factor === undefined ? value() : times(value(), query.factor);
}
