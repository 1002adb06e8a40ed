import type { Measured } from '@tessera/application-measuring';
import { ERRORS, type MetricsResponse } from '@tessera/contracts-rest';
import { formatValue } from '@tessera/domain-measurement';
import { HttpError } from '@tessera/platform-http';

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
  const body = {
    measurements: measurements.map(({ type, labels, values }) => ({
      type,
      labels: { ...labels },
      values: values.flatMap(({ at, value }) => {
        const text = formatValue(value);
        return text === undefined ? [] : [{ value: text, timestamp: new Date(at).toISOString() }];
      }),
    })),
  };
  return { status: failed.length + warned.length === 0 ? 200 : 207, body };
}
