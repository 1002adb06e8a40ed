import { hasEnded, serves, type ReplicaPod, type ScalingFigures } from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import { SCHEDULER_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Gauge, type Registry } from '@tessera/platform-telemetry';
import { oncePerScrape } from './once-per-scrape';

/** Source of the gauges of workloads, read at each scrape. */
export interface ScaledWorkloads {
  /** A standby exports nothing. */
  readonly leading: boolean;
  replicas(): Iterable<ReplicaPod>;
  refOf(workloadId: string): WorkloadRef | undefined;
  /** By the id of the workload. */
  figures(): Iterable<readonly [string, ScalingFigures]>;
}

interface Row {
  readonly labels: Readonly<Record<'project' | 'workload' | 'workload_id', string>>;
  readonly existing: number;
  readonly ready: number;
  readonly figures: ScalingFigures;
}

function rowsOf(source: ScaledWorkloads): readonly Row[] {
  if (!source.leading) return [];
  const counts = new Map<string, { existing: number; ready: number }>();
  for (const pod of source.replicas()) {
    if (hasEnded(pod)) continue;
    const count = counts.get(pod.workloadId) ?? { existing: 0, ready: 0 };
    counts.set(pod.workloadId, count);
    count.existing += 1;
    if (serves(pod)) count.ready += 1;
  }
  return [...source.figures()].flatMap(([id, figures]) => {
    const ref = source.refOf(id);
    if (ref === undefined) return [];
    const { existing, ready } = counts.get(id) ?? { existing: 0, ready: 0 };
    const labels = { project: ref.projectName, workload: ref.name, workload_id: id };
    return [{ labels, existing, ready, figures }];
  });
}

const { desiredReplicas: WORKLOAD, scaleObserved: METRIC } = SCHEDULER_LABELS;

/** Registers the gauges of the replicas of each workload, and of why it has so many. */
export function workloadGauges(registry: Registry, source: ScaledWorkloads): void {
  const rows = oncePerScrape(() => rowsOf(source));
  const gauge = (name: string, help: string, valueOf: (row: Row) => number | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames: WORKLOAD,
      registers: [registry],
      collect() {
        this.reset();
        for (const row of rows()) {
          const value = valueOf(row);
          if (value !== undefined) this.set(row.labels, value);
        }
      },
    });
  };
  const byMetric = (
    name: string,
    help: string,
    valueOf: (rule: NonNullable<ScalingFigures['rule']>) => number | undefined,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: METRIC,
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, figures } of rows()) {
          const value = figures.rule && valueOf(figures.rule);
          if (value !== undefined) this.set({ ...labels, metric: figures.rule?.metric ?? '' }, value);
        }
      },
    });
  };
  gauge(
    SERIES.desiredReplicas,
    'Desired replicas of the workload; 0 while it is scaled to zero.',
    ({ figures }) => figures.desired,
  );
  gauge(SERIES.replicas, 'Replicas of the workload that exist.', ({ existing }) => existing);
  gauge(SERIES.readyReplicas, 'Replicas of the workload that take requests.', ({ ready }) => ready);
  gauge(
    SERIES.maxReplicas,
    'Maximum replicas of the workload now, schedules included.',
    ({ figures }) => figures.most,
  );
  gauge(
    SERIES.scalePanic,
    '1 while the workload scales in panic mode, after a steep rise or a lost history.',
    ({ figures: { rule } }) => rule && Number(rule.inPanic),
  );
  byMetric(
    SERIES.scaleObserved,
    'Value per replica of the metric by which the workload scales: requests/s, requests, ms, or the unit of the metric.',
    ({ observed }) => observed,
  );
  byMetric(
    SERIES.scaleTarget,
    'Target per replica of the metric by which the workload scales.',
    ({ target }) => target,
  );
}
