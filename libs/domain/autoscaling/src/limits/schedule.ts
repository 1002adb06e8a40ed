import { maybe } from '@tessera/kernel';
import { Cron } from 'croner';

/** Bounds that hold for a time, repeatedly. */
export interface ReplicaSchedule {
  /** Cron expression of its starts: five fields, or six with seconds in front. */
  readonly cron: string;
  /** Name in the IANA time zone database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly durationMs: number;
  /** Replace those of the policy while the schedule is active. */
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
}

/** The current or next occurrence of a schedule: computed once, valid until it has ended. Plain data. */
export interface ScheduledTime {
  /** The schedule that this was computed for; another schedule is computed anew. */
  readonly cron: string;
  readonly timeZone: string;
  readonly durationMs: number;
  /** No occurrence begins between this time and `startsAt`, ms. */
  readonly from: number;
  /** ms; absent where no occurrence follows. */
  readonly startsAt?: number;
}

/** Bounds at a time: those of the policy, or of the active schedules. */
export interface ScheduledBounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Index of each active schedule. */
  readonly active: readonly number[];
}

/** Problems of a schedule, one sentence each, with the field; empty for a valid schedule. Pure. */
export function scheduleProblems(
  schedule: ReplicaSchedule,
): readonly { readonly field: string; readonly message: string }[] {
  const problems: { readonly field: string; readonly message: string }[] = [];
  const add = (field: string, message: string) => problems.push({ field, message });
  const { cron, timeZone, durationMs, minReplicas: min, maxReplicas: max } = schedule;
  if (!isTimeZone(timeZone))
    add('timeZone', `'${timeZone}' is not a time zone; use an IANA name such as Europe/Berlin.`);
  else {
    const wrong = wrongWith(cron, timeZone);
    if (wrong !== undefined) add('cron', `'${cron}' is not a cron expression (${wrong}).`);
  }
  if (!Number.isInteger(durationMs) || durationMs < 1_000)
    add('duration', 'The duration must be at least one second.');
  if (min === undefined && max === undefined) add('', 'The schedule must set minReplicas or maxReplicas.');
  if (min !== undefined && (!Number.isInteger(min) || min < 0))
    add('minReplicas', 'minReplicas must be an integer of at least 0.');
  if (max !== undefined && (!Number.isInteger(max) || max < 1))
    add('maxReplicas', 'maxReplicas must be an integer of at least 1.');
  if (min !== undefined && max !== undefined && min > max)
    add('minReplicas', 'minReplicas must not be above maxReplicas.');
  return problems;
}

const NONE: readonly never[] = [];

/**
 * The bounds at a time. Of several active schedules the largest minimum and the largest maximum count; a schedule that
 * sets the minimum alone raises the maximum to it. A schedule with a problem is never active. Pure.
 */
export function scheduledBounds(
  own: { readonly minReplicas: number; readonly maxReplicas: number },
  schedules: readonly ReplicaSchedule[],
  times: readonly ScheduledTime[],
  now: number,
): { readonly bounds: ScheduledBounds; readonly times: readonly ScheduledTime[] } {
  const { minReplicas: least, maxReplicas: most } = own;
  if (schedules.length === 0)
    return { bounds: { minReplicas: least, maxReplicas: most, active: NONE }, times: NONE };
  const next: ScheduledTime[] = [];
  const active: number[] = [];
  let min: number | undefined;
  let max: number | undefined;
  for (const [index, schedule] of schedules.entries()) {
    const time = timeOf(schedule, times[index], now);
    next.push(time);
    if (time.startsAt === undefined || time.startsAt > now) continue;
    active.push(index);
    min = larger(min, schedule.minReplicas);
    max = larger(max, schedule.maxReplicas);
  }
  const maxReplicas = max ?? Math.max(own.maxReplicas, min ?? 0);
  const minReplicas = Math.min(min ?? own.minReplicas, maxReplicas);
  return { bounds: { minReplicas, maxReplicas, active }, times: next };
}

const larger = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || (other !== undefined && other > one) ? other : one;

/** The current or next occurrence; the previous result is kept while it is valid. */
function timeOf(schedule: ReplicaSchedule, known: ScheduledTime | undefined, now: number): ScheduledTime {
  const { cron, timeZone, durationMs } = schedule;
  const isKnown = known?.cron === cron && known.timeZone === timeZone && known.durationMs === durationMs;
  if (isKnown && now >= known.from && now < (known.startsAt ?? Infinity) + durationMs) return known;
  // The earliest start that can still be active: one that began a full duration ago has just ended.
  const startsAt = nextStart(schedule, now - durationMs);
  return { cron, timeZone, durationMs, from: now, ...maybe('startsAt', startsAt) };
}

function nextStart({ cron, timeZone }: ReplicaSchedule, after: number): number | undefined {
  try {
    return new Cron(cron, { timezone: timeZone }).nextRun(new Date(after))?.getTime();
  } catch {
    return undefined;
  }
}

function wrongWith(cron: string, timeZone: string): string | undefined {
  try {
    new Cron(cron, { timezone: timeZone });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
