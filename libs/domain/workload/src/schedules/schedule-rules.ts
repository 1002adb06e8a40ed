import { followsActivity, replicaBounds, scheduledBounds } from '../compile/scaling';
import { MISSING, requireFields, type Report } from '../rules/violation';
import type { Autoscaling, ScheduleSpec } from '../spec';
import { cronProblem, isTimeZone } from './cron';

const PATH = 'spec.autoscaling.tessera.schedules';

/** The rules of schedules. Stops at the first wrong one, since a search for its times can be long. */
export function scheduleRules(autoscaling: Autoscaling, report: Report): void {
  for (const [index, schedule] of (autoscaling.tessera?.schedules ?? []).entries()) {
    if (!schedule) continue;
    let wrong = false;
    const path = `${PATH}[${index}]`;
    checkSchedule(schedule, path, (field, message) => {
      wrong = true;
      report(field, message);
    });
    if (wrong) return;
    if (needsMetric(autoscaling, schedule))
      report(
        'spec.autoscaling.metric',
        `${MISSING}: it is mandatory when minReplicas is less than maxReplicas, as in tessera.schedules[${index}]`,
      );
  }
}

function checkSchedule(schedule: ScheduleSpec, path: string, report: Report): void {
  requireFields(schedule, ['start', 'timeZone'], path, report);
  const { timeZone, end, durationSeconds, minReplicas: min, maxReplicas: max } = schedule;
  if (timeZone && !isTimeZone(timeZone))
    report(`${path}.timeZone`, `"${timeZone}" is not a time zone; write an IANA name such as Europe/Berlin`);
  for (const field of ['start', 'end'] as const) {
    const text = schedule[field];
    const problem = text ? cronProblem(text) : undefined;
    if (problem !== undefined) report(`${path}.${field}`, `"${text}" is not a cron expression: ${problem}`);
  }
  const isLasting = typeof durationSeconds === 'number';
  if (!end && !isLasting) report(`${path}.end`, `${MISSING}: a schedule needs end or durationSeconds`);
  if (end && isLasting) report(`${path}.durationSeconds`, 'give either end or durationSeconds, not both');
  const isNumber = (given: number | null | undefined) => typeof given === 'number';
  if (!isNumber(min) && !isNumber(max))
    report(`${path}.minReplicas`, `${MISSING}: a schedule needs minReplicas or maxReplicas`);
  if (isNumber(min) && isNumber(max) && min > max)
    report(`${path}.maxReplicas`, `must not be less than minReplicas (${min}), not ${max}`);
}

/** A range of replicas needs something that decides on it; between 0 and 1 that is network activity. */
function needsMetric(autoscaling: Autoscaling, schedule: ScheduleSpec): boolean {
  if (autoscaling.metric) return false;
  const own = replicaBounds(autoscaling);
  const { min, max } = scheduledBounds(own, schedule);
  return min < max && !(followsActivity(own) && followsActivity({ min, max }));
}
