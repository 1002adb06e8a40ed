import type { MetricsResponse } from '@tessera/contracts-rest';

/** The rows of measurements as CSV: one for each value, and one for each part of a distribution. */
export const table = ({ measurements, histogram }: MetricsResponse): string[][] => [
  ['type', 'labels', 'timestamp', 'value'],
  ...measurements.flatMap(({ type, labels, values }) =>
    (values ?? []).map(({ timestamp, value }) => [type, labelText(labels ?? {}), timestamp ?? '', value]),
  ),
  ...(histogram ?? []).flatMap(({ type, values }) =>
    values.flatMap(({ timestamp, data }) =>
      Object.entries(data).map(([part, value]) => [type, partText(part), timestamp ?? '', value]),
    ),
  ),
];

const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');

const partText = (part: string): string => `${part.startsWith('p') ? 'percentile' : 'le'}=${part}`;
