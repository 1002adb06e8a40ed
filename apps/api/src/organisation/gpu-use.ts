import type { MetricsClient } from '@tessera/adapter-services';
import { HOLDER_METRICS, type DeviceHolder, type DeviceReport } from '@tessera/contracts-internal';

/** A range that ends now and has one sample: at its end. */
const LOOK_BACK_MS = 60_000;

/** How much a share works, percent; undefined where that is not measured. */
export type UseOf = (node: string, device: DeviceReport, holder: DeviceHolder) => number | undefined;

/** Current utilisation of the GPUs of a cluster; empty if the metrics service cannot be reached. */
export async function readGpuUse(
  metrics: Pick<MetricsClient, 'ofScope'>,
  clusterId: string,
  now: number,
): Promise<UseOf> {
  const times = { start: new Date(now - LOOK_BACK_MS).toISOString(), end: new Date(now).toISOString() };
  const query = { metricType: HOLDER_METRICS, ...times, numberOfSamples: 1 };
  const measured = await metrics.ofScope({ kind: 'cluster', clusterId }, query).then(
    ({ body }) => body.measurements,
    () => [],
  );
  const uses = new Map(
    measured.flatMap(({ labels, values }): [string, number][] => {
      const value = values?.at(-1)?.value;
      return value === undefined || value === null ? [] : [[keyOf(labels ?? {}), Number(value)]];
    }),
  );
  return (node, { uuid }, { namespace, pod }) =>
    uses.get(keyOf({ namespace, pod })) ??
    (uuid === undefined ? undefined : uses.get(keyOf({ node, UUID: uuid })));
}

const keyOf = ({ namespace, pod, node, UUID: uuid }: Readonly<Record<string, string>>): string =>
  JSON.stringify(pod === undefined ? [node, uuid] : [namespace, pod, 'pod']);
