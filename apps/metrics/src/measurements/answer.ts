import { DISTRIBUTIONS, type Measured, type Measurement } from '@tessera/application-measuring';
import { ERRORS, type MetricsResponse } from '@tessera/contracts-rest';
import { formatValue } from '@tessera/domain-measurement';
import { HttpError } from '@tessera/platform-http';
import { timestamp } from './timestamp';

export interface MetricsAnswer {
  readonly status: 200 | 207;
  readonly body: MetricsResponse;
}

/**
 * Measurements as the REST API returns them: 200, or 207 with those that could be read and where the source warns that
 * series may be incomplete. Throws 503 when none could be read. A value that is not a number has no sample.
 */
export function answerOf({ measurements, failed, warned }: Measured): MetricsAnswer {
  const [failure] = failed;
  if (failure !== undefined && measurements.length === 0)
    throw new HttpError(503, ERRORS[503].message, (failure.error as Error).message, { 'retry-after': '5' });
  const isDistribution = ({ type }: Measurement): boolean => Object.hasOwn(DISTRIBUTIONS, type);
  const distributions = measurements.filter(isDistribution);
  const types = [...new Set(distributions.map(({ type }) => type))];
  const body = {
    measurements: measurements
      .filter((measurement) => !isDistribution(measurement))
      .map(({ type, labels, values }) => ({
        type,
        labels: { ...labels },
        values: valuesOf(values).map(([at, value]) => ({ value, timestamp: timestamp(at) })),
      })),
    ...(types.length === 0 ? {} : { histogram: types.map((type) => histogramOf(type, distributions)) }),
  };
  return { status: failed.length + warned.length === 0 ? 200 : 207, body };
}

type Histogram = NonNullable<MetricsResponse['histogram']>[number];

/** One distribution for each instant. */
function histogramOf(type: string, distributions: readonly Measurement[]): Histogram {
  const label = DISTRIBUTIONS[type] ?? '';
  const series = distributions.filter((one) => one.type === type);
  const data = new Map<number, Record<string, string>>();
  for (const { labels, values } of series)
    for (const [at, value] of valuesOf(values))
      data.set(at, { ...data.get(at), [labels[label] ?? '']: value });
  const instants = [...data].sort(([a], [b]) => a - b);
  return { type, values: instants.map(([at, parts]) => ({ timestamp: timestamp(at), data: parts })) };
}

/** A loop, since a list may have a thousand values for each of many types. */
function valuesOf(values: Measurement['values']): readonly (readonly [at: number, value: string])[] {
  const written: (readonly [at: number, value: string])[] = [];
  for (const { at, value } of values) {
    const text = formatValue(value);
    if (text !== undefined) written.push([at, text]);
  }
  return written;
}
