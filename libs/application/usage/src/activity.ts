import { HOUR_MS, hourOf, isIdle, type Activity } from '@tessera/domain-usage';

/** A workload in one hour in which it held GPUs. */
export interface WorkloadHour {
  readonly workloadId: string;
  readonly namespace: string;
  /** Start of the hour, milliseconds since the epoch. */
  readonly hour: number;
}

export interface ActivityStore {
  /** Hours from `from` on that are stored and were not measured, newest first. */
  unmeasured(from: number, limit: number): Promise<readonly WorkloadHour[]>;
  save(of: WorkloadHour, activity: Activity & { readonly idle: boolean | undefined }): Promise<void>;
}

/** Measures the activity of a workload in an hour; rejects while the metrics service cannot be reached. */
export type MeasureActivity = (of: WorkloadHour) => Promise<Activity>;

export interface ActivityOptions {
  readonly now: number;
  /** Utilisation below which a device counts as idle, percent. */
  readonly idleBelowPercent: number;
  readonly signal: AbortSignal;
}

/** Maximum number of hours that are measured in one run. */
const AT_ONCE = 500;
/** How far back the series are expected to reach. */
const BACK_MS = 24 * HOUR_MS;
/** An hour that stays unmeasured for this long is stored as unknown. */
const PATIENCE_MS = 2 * HOUR_MS;

/**
 * Measures hours that have ended, while the series still exist. A failed query is retried in the next run; values that
 * the series do not show are stored as unknown, never as 0.
 */
export async function measureActivity(
  store: ActivityStore,
  measure: MeasureActivity,
  { now, idleBelowPercent, signal }: ActivityOptions,
): Promise<void> {
  for (const of of await store.unmeasured(hourOf(now) - BACK_MS, AT_ONCE)) {
    if (signal.aborted) return;
    const activity = await measure(of);
    const idle = isIdle(activity, idleBelowPercent);
    if (idle !== undefined || now - of.hour >= PATIENCE_MS) await store.save(of, { ...activity, idle });
  }
}
