import type { MetricsClient } from '@tessera/adapter-services';
import type { MeasureActivity } from '@tessera/application-usage';
import type { MetricsResponse } from '@tessera/contracts-rest';
import { HOUR_MS } from '@tessera/domain-usage';
import { maybe } from '@tessera/kernel';

/** Values within an hour, each of the five minutes before it. */
const VALUES = 12;

/**
 * Measures a workload in an hour by the metrics service. An incomplete answer is not used. The utilisation is weighted
 * by the number of devices that the workload held at each moment, because it is applied to the GPU time of the hour.
 */
export const measureWith =
  (metrics: Pick<MetricsClient, 'ofWorkload'>): MeasureActivity =>
  async ({ namespace, workloadId, hour }) => {
    const { status, body } = await metrics.ofWorkload(
      { namespace, workloadId },
      {
        metricType: ['THROUGHPUT', 'GPU_UTILIZATION', 'GPU_ALLOCATION'],
        start: new Date(hour).toISOString(),
        end: new Date(hour + HOUR_MS).toISOString(),
        // The first value is of the time before the hour.
        numberOfSamples: VALUES + 1,
      },
    );
    if (status !== 200) return {};
    const perSecond = [...valuesOf(body, 'THROUGHPUT', hour).values()];
    const held = valuesOf(body, 'GPU_ALLOCATION', hour);
    const utilisation = [...valuesOf(body, 'GPU_UTILIZATION', hour)];
    return {
      ...maybe('requests', perSecond.length === 0 ? undefined : total(perSecond) * (HOUR_MS / VALUES / 1000)),
      ...maybe(
        'utilisation',
        weightedMean(utilisation.map(([at, value]) => [value, held.get(at) ?? 0])) ??
          // The number of devices is unknown.
          weightedMean(utilisation.map(([, value]) => [value, 1])),
      ),
    };
  };

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function weightedMean(pairs: readonly (readonly [value: number, weight: number])[]): number | undefined {
  const weights = total(pairs.map(([, weight]) => weight));
  return weights === 0 ? undefined : total(pairs.map(([value, weight]) => value * weight)) / weights;
}

/** The values of a type within the hour, by their time. */
function valuesOf(
  { measurements }: MetricsResponse,
  type: string,
  hour: number,
): ReadonlyMap<number, number> {
  return new Map(
    measurements
      .filter((measurement) => measurement.type === type)
      .flatMap((measurement) => measurement.values ?? [])
      .map(({ value, timestamp }) => [Date.parse(timestamp ?? ''), Number(value)] as const)
      .filter(([at]) => at > hour),
  );
}
