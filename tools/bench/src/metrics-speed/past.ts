import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';

export const NAMESPACE = 'runai-team-a';
export const SCRAPE_MS = 60_000;
const SCRAPES = 61;
export const RANGE_MS = (SCRAPES - 1) * SCRAPE_MS;

/** Id of a workload by its number. */
export const idOf = (index: number): string => `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`;

/**
 * The last hour before `end` (ms) of so many workloads as OpenMetrics text: requests of one replica each, its labels,
 * and the utilisation of its device. Lines of one series follow each other, as promtool wants them.
 */
export function pastOf(workloads: number, end: number): string {
  const lines: string[] = [];
  const series = (name: string, labels: string, valueAt: (scrape: number) => number): void => {
    for (let scrape = 0; scrape < SCRAPES; scrape += 1)
      lines.push(
        `${name}{${labels}} ${valueAt(scrape)} ${(end - (SCRAPES - 1 - scrape) * SCRAPE_MS) / 1000}`,
      );
  };
  const each = (add: (index: number, place: string) => void): void => {
    for (let index = 0; index < workloads; index += 1)
      add(index, `namespace="${NAMESPACE}",pod="chat-${index}"`);
  };
  each((index, place) =>
    series(
      SERIES.gpuUtilisation,
      `${place},UUID="GPU-${index}",gpu="${index % 8}",hostname="node-${Math.floor(index / 8)}"`,
      (scrape) => (scrape + index) % 100,
    ),
  );
  each((index, place) => series(SERIES.podLabels, `${place},${OWNER_LABEL}="${idOf(index)}"`, () => 1));
  each((index) =>
    series(
      SERIES.gatewayRequests,
      `workload_id="${idOf(index)}",pod="chat-${index}",code="200"`,
      (scrape) => scrape * 600,
    ),
  );
  return `${lines.join('\n')}\n# EOF\n`;
}
