import type { MetricsClient } from '@tessera/adapter-services';
import type { MeasureActivity } from '@tessera/application-usage';
import type { MetricsResponse } from '@tessera/contracts-rest';
import { HOUR_MS } from '@tessera/domain-usage';
import { maybe } from '@tessera/kernel';

/** Values within an hour, each of the five minutes before it. */
const VALUES = 12;

/** What the metrics service knows of a workload in an hour. An answer of which a part is missing tells nothing. */
export const measureWith =
  (metrics: Pick<MetricsClient, 'ofWorkload'>): MeasureActivity =>
  async ({ namespace, workloadId, hour }) => {
    const { status, body } = await metrics.ofWorkload(
      { namespace, workloadId },
      {
        metricType: ['THROUGHPUT', 'GPU_UTILIZATION'],
        start: new Date(hour).toISOString(),
        end: new Date(hour + HOUR_MS).toISOString(),
        // The first value is of the time before the hour.
        numberOfSamples: VALUES + 1,
      },
    );
    if (status !== 200) return {};
    const perSecond = meanOf(body, 'THROUGHPUT', hour);
    return {
      ...maybe('requests', perSecond === undefined ? undefined : perSecond * (HOUR_MS / 1000)),
      ...maybe('utilisation', meanOf(body, 'GPU_UTILIZATION', hour)),
    };
  };

function meanOf({ measurements }: MetricsResponse, type: string, hour: number): number | undefined {
  const values = measurements
    .filter((measurement) => measurement.type === type)
    .flatMap((measurement) => measurement.values ?? [])
    .filter(({ timestamp }) => Date.parse(timestamp ?? '') > hour)
    .map(({ value }) => Number(value));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
