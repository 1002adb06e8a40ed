/** Measured activity of a workload in one hour. */
export interface Activity {
  /** Requests that the gateways served. */
  readonly requests?: number | undefined;
  /** Mean utilisation of its devices, percent. */
  readonly utilisation?: number | undefined;
}

/**
 * True where nothing used the GPUs: no request, and a utilisation below the bound (percent). What was not measured
 * decides nothing; undefined where neither was.
 */
export function isIdle({ requests, utilisation }: Activity, boundPercent: number): boolean | undefined {
  if (requests === undefined && utilisation === undefined) return undefined;
  return (requests ?? 0) === 0 && (utilisation ?? 0) < boundPercent;
}

/** A workload that holds GPUs now. Times are milliseconds since the epoch. */
export interface HoldingWorkload {
  readonly milliGpu: number;
  /** Since when it has held any. */
  readonly since: number;
  /** End of the last hour in which something used them; absent for none. */
  readonly lastActive?: number | undefined;
  /** Hours since then that were measured. */
  readonly measuredHours: number;
}

/** How long it has been idle, ms; undefined where that is not known, or it is not. */
export function idleMs(
  { since, lastActive, measuredHours }: HoldingWorkload,
  now: number,
): number | undefined {
  const from = Math.max(since, lastActive ?? since);
  return measuredHours === 0 || from >= now ? undefined : now - from;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The finding as a sentence. */
export function idleText(name: string, milliGpu: number, idle: number): string {
  const [count, word] =
    idle >= 2 * DAY_MS ? [Math.floor(idle / DAY_MS), 'days'] : [Math.floor(idle / HOUR_MS), 'hours'];
  return `Workload ${name} holds ${milliGpu / 1000} GPU and has had no work for ${count} ${word}.`;
}
