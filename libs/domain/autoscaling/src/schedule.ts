import { Cron } from 'croner';

/** Bounds that hold for a while, again and again. */
export interface ReplicaSchedule {
  /** When it begins: five fields, or six with seconds in front. */
  readonly cron: string;
  /** Name in the IANA time zone database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly durationMs: number;
  /** Instead of the policy's own while it lasts. */
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
}

/** The next or present time of a schedule: found once, good until it has ended. Plain data. */
export interface ScheduledTime {
  /** The schedule this was found for; another one is looked at anew. */
  readonly cron: string;
  readonly timeZone: string;
  readonly durationMs: number;
  /** Nothing begins between this time and `startsAt`, ms. */
  readonly from: number;
  /** ms; absent where nothing begins any more. */
  readonly startsAt?: number;
}

/** Bounds of a moment: those of the policy, or of what is scheduled now. */
export interface ScheduledBounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Index of each schedule that holds now. */
  readonly active: readonly number[];
}

/** What is wrong with a schedule, one sentence each, with the field it is about; empty where nothing is. Pure. */
export function scheduleProblems(
  schedule: ReplicaSchedule,
): readonly { readonly field: string; readonly message: string }[] {
  const problems: { readonly field: string; readonly message: string }[] = [];
  const add = (field: string, message: string) => problems.push({ field, message });
  const { cron, timeZone, durationMs, minReplicas: min, maxReplicas: max } = schedule;
  if (!isTimeZone(timeZone))
    add('timeZone', `'${timeZone}' is no time zone; use a name such as Europe/Berlin.`);
  else {
    const wrong = wrongWith(cron, timeZone);
    if (wrong !== undefined) add('cron', `'${cron}' is no cron expression (${wrong}).`);
  }
  if (!Number.isInteger(durationMs) || durationMs < 1_000) add('duration', 'It lasts a second at the least.');
  if (min === undefined && max === undefined) add('', 'It sets neither a minimum nor a maximum.');
  if (min !== undefined && (!Number.isInteger(min) || min < 0))
    add('minReplicas', 'It is an integer from 0 on.');
  if (max !== undefined && (!Number.isInteger(max) || max < 1))
    add('maxReplicas', 'It is an integer from 1 on.');
  if (min !== undefined && max !== undefined && min > max) add('minReplicas', 'It is above maxReplicas.');
  return problems;
}

const NONE: readonly never[] = [];

/**
 * The bounds at a time. Of several schedules that hold at once, the largest minimum and the largest maximum count; one
 * that sets the minimum alone raises the maximum to it. A schedule with a problem never holds. Pure.
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

/** The time that holds now or comes next; the one before is kept while it is good. */
function timeOf(schedule: ReplicaSchedule, known: ScheduledTime | undefined, now: number): ScheduledTime {
  const { cron, timeZone, durationMs } = schedule;
  const isKnown = known?.cron === cron && known.timeZone === timeZone && known.durationMs === durationMs;
  if (isKnown && now >= known.from && now < (known.startsAt ?? Infinity) + durationMs) return known;
  // The newest start that can still hold: one that began a duration ago has just ended.
  const startsAt = nextStart(schedule, now - durationMs);
  return { cron, timeZone, durationMs, from: now, ...(startsAt === undefined ? {} : { startsAt }) };
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
