import type { ReplicaSchedule } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { Cron } from 'croner';

/** The current or next occurrence of a schedule: computed once, valid until it has ended. Times in ms. Plain data. */
export interface ScheduledTime {
  /** The schedule that this was computed for; for another schedule it is computed again. */
  readonly schedule: ReplicaSchedule;
  readonly from: number;
  /** It is to be computed again from this time on; absent where nothing follows. */
  readonly until?: number;
  readonly active?: Occurrence;
}

interface Occurrence {
  /** When it ends, ms since the epoch; absent where it never does. */
  readonly endsAt?: number;
}

/** An active schedule. */
export interface ActiveSchedule extends Occurrence {
  readonly name: string;
}

/** Bounds at a time: those of the policy, or of the active schedules. */
export interface ScheduledBounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly active: readonly ActiveSchedule[];
  /** Name of the schedule that set the minimum or the maximum; absent where the workload did. */
  readonly minBy?: string;
  readonly maxBy?: string;
}

const NONE: readonly never[] = [];

interface Limit {
  readonly replicas: number;
  readonly by: string;
}

/**
 * The bounds at a time. Of several active schedules the largest minimum and the largest maximum count; a schedule that
 * sets the minimum alone raises the maximum to it. A schedule that is invalid is never active. Pure.
 */
export function scheduledBounds(
  own: { readonly minReplicas: number; readonly maxReplicas: number },
  schedules: readonly ReplicaSchedule[],
  times: readonly ScheduledTime[],
  now: number,
): { readonly bounds: ScheduledBounds; readonly times: readonly ScheduledTime[] } {
  if (schedules.length === 0)
    return {
      bounds: { minReplicas: own.minReplicas, maxReplicas: own.maxReplicas, active: NONE },
      times: NONE,
    };
  const next: ScheduledTime[] = [];
  const active: ActiveSchedule[] = [];
  let min: Limit | undefined;
  let max: Limit | undefined;
  for (const [index, schedule] of schedules.entries()) {
    const time = timeOf(schedule, times[index], now);
    next.push(time);
    if (time.active === undefined) continue;
    active.push({ name: schedule.name, ...time.active });
    min = larger(min, schedule.minReplicas, schedule.name);
    max = larger(max, schedule.maxReplicas, schedule.name);
  }
  return { bounds: { ...limited(own, min, max), active }, times: next };
}

function limited(
  own: { readonly minReplicas: number; readonly maxReplicas: number },
  min: Limit | undefined,
  max: Limit | undefined,
): Omit<ScheduledBounds, 'active'> {
  const raised = max === undefined && min !== undefined && min.replicas > own.maxReplicas ? min : max;
  const maxReplicas = raised?.replicas ?? own.maxReplicas;
  const least = min?.replicas ?? own.minReplicas;
  return {
    minReplicas: Math.min(least, maxReplicas),
    maxReplicas,
    ...maybe('minBy', least > maxReplicas ? raised?.by : min?.by),
    ...maybe('maxBy', raised?.by),
  };
}

const larger = (one: Limit | undefined, replicas: number | undefined, by: string): Limit | undefined =>
  replicas === undefined || (one !== undefined && one.replicas >= replicas) ? one : { replicas, by };

/** The previous result is kept while it is valid: a search through the calendar costs more than a decision. */
function timeOf(schedule: ReplicaSchedule, known: ScheduledTime | undefined, now: number): ScheduledTime {
  if (known !== undefined && isValid(known, now) && isSame(known.schedule, schedule)) return known;
  const key = JSON.stringify([schedule.start, schedule.timeZone, schedule.until]);
  const shared = RECENT.get(key);
  if (shared !== undefined && isValid(shared, now)) return { schedule, ...shared };
  const time = occurrence(schedule, now);
  if (RECENT.size >= MOST_RECENT) RECENT.clear();
  RECENT.set(key, time);
  return { schedule, ...time };
}

/** Results by schedule: many workloads have the same one, and all of them begin at once. */
const RECENT = new Map<string, Phase>();
const MOST_RECENT = 1_000;

const isValid = ({ from, until = Infinity }: Phase, now: number): boolean => now >= from && now < until;

const isSame = (one: ReplicaSchedule, other: ReplicaSchedule): boolean =>
  one === other ||
  (one.start === other.start && one.timeZone === other.timeZone && endOf(one) === endOf(other));

const endOf = ({ until }: ReplicaSchedule): string | number => ('end' in until ? until.end : until.afterMs);

type Phase = Omit<ScheduledTime, 'schedule'>;

/** The phase of an invalid schedule, and of one before its first start. */
const NEVER_YET: Phase = { from: 0 };

function occurrence(schedule: ReplicaSchedule, now: number): Phase {
  try {
    return phaseAt(schedule, now);
  } catch {
    return NEVER_YET;
  }
}

/**
 * The occurrence that the latest start began, or the time after its end. A start while one is active begins another one.
 * The same for every time of a phase.
 */
function phaseAt({ start, timeZone, until }: ReplicaSchedule, now: number): Phase {
  const starts = new Cron(start, { timezone: timeZone });
  // Times of a calendar are whole seconds; the search looks before its argument.
  const [latest] = starts.previousRuns(1, new Date((Math.floor(now / 1_000) + 1) * 1_000));
  const next = starts.nextRun(new Date(now))?.getTime();
  if (latest === undefined) return { ...NEVER_YET, ...maybe('until', next) };
  const endsAt =
    'end' in until
      ? new Cron(until.end, { timezone: timeZone }).nextRun(latest)?.getTime()
      : latest.getTime() + until.afterMs;
  if (endsAt !== undefined && endsAt <= now) return { from: endsAt, ...maybe('until', next) };
  const changes = Math.min(endsAt ?? Infinity, next ?? Infinity);
  return {
    from: latest.getTime(),
    active: maybe('endsAt', endsAt),
    ...maybe('until', Number.isFinite(changes) ? changes : undefined),
  };
}
