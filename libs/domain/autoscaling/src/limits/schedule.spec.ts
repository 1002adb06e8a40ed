import type { ReplicaSchedule } from '@tessera/domain-workload';
import { Cron } from 'croner';
import fc from 'fast-check';
import { scheduledBounds, type ScheduledTime } from './schedule';

const OWN = { minReplicas: 0, maxReplicas: 4 };
const HOUR = 3_600_000;
const WORKDAYS: ReplicaSchedule = {
  name: 'workdays',
  start: '0 9 * * 1-5',
  until: { end: '0 17 * * 1-5' },
  timeZone: 'Europe/Berlin',
  minReplicas: 2,
};
const NIGHT: ReplicaSchedule = { ...WORKDAYS, start: '0 22 * * *', until: { end: '0 6 * * *' } };

const at = (
  text: string,
  schedules: readonly ReplicaSchedule[] = [WORKDAYS],
  times: readonly ScheduledTime[] = [],
) => scheduledBounds(OWN, schedules, times, Date.parse(text));
const isActive = (text: string, schedule: ReplicaSchedule): boolean =>
  at(text, [schedule]).bounds.active.length > 0;

/** Every occurrence that starts in a range of time, found from one start to the next. */
function occurrencesOf({ start, until, timeZone }: ReplicaSchedule, from: number, to: number) {
  const starts = new Cron(start, { timezone: timeZone });
  const found: { readonly startsAt: number; readonly endsAt: number }[] = [];
  let at = starts.nextRun(new Date(from));
  while (at !== null && at.getTime() < to) {
    const ends = 'end' in until ? new Cron(until.end, { timezone: timeZone }).nextRun(at) : undefined;
    const endsAt = 'end' in until ? (ends?.getTime() ?? Infinity) : at.getTime() + until.afterMs;
    found.push({ startsAt: at.getTime(), endsAt });
    at = starts.nextRun(at);
  }
  return found;
}

describe('the bounds at a time', () => {
  it.each([
    ['before nine', '2025-01-15T07:59:59.999Z', 0],
    ['at nine in winter', '2025-01-15T08:00:00Z', 2],
    ['at nine in summer', '2025-07-15T07:00:00Z', 2],
    ['just before the end', '2025-01-15T15:59:59Z', 2],
    ['at the end', '2025-01-15T16:00:00Z', 0],
    ['at the weekend', '2025-01-18T12:00:00Z', 0],
  ])('%s', (_, time, min) => {
    const { minReplicas, maxReplicas, active } = at(time).bounds;
    expect([minReplicas, maxReplicas, active.length]).toEqual([min, 4, min > 0 ? 1 : 0]);
  });

  it('name the schedule that they are of, and until when', () => {
    expect(at('2025-01-15T12:00:00Z').bounds).toEqual({
      minReplicas: 2,
      maxReplicas: 4,
      minBy: 'workdays',
      active: [{ name: 'workdays', endsAt: Date.parse('2025-01-15T16:00:00Z') }],
    });
  });

  it.each([
    ['the night that loses an hour', '2025-03-30T03:59:59Z', '2025-03-30T04:00:00Z'],
    ['the night that gains one', '2025-10-26T04:59:59Z', '2025-10-26T05:00:00Z'],
  ])('end by the clock on the wall: %s', (_, before, end) => {
    expect([isActive(before, NIGHT), isActive(end, NIGHT)]).toEqual([true, false]);
  });

  it('last as long as their duration, whatever the clock on the wall does', () => {
    const lasting = { ...NIGHT, until: { afterMs: 8 * HOUR } };
    expect(isActive('2025-03-30T04:59:59Z', lasting)).toBe(true);
    expect(isActive('2025-03-30T05:00:00Z', lasting)).toBe(false);
  });

  it('start at the next possible time where the clock on the wall skips the start', () => {
    const skipped = { ...WORKDAYS, start: '30 2 * * *', until: { end: '0 5 * * *' } };
    expect(isActive('2025-03-30T00:59:59Z', skipped)).toBe(false);
    expect(isActive('2025-03-30T01:30:00Z', skipped)).toBe(true);
    expect(isActive('2025-03-30T02:59:59Z', skipped)).toBe(true);
    expect(isActive('2025-03-30T03:00:00Z', skipped)).toBe(false);
  });

  it('are active from a start until its end, as a list of all starts and ends shows', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
    const crons = fc.constantFrom('0 9 * * 1-5', '30 2 * * *', '0 */3 * * *', '15 */5 * * *', '0 0 1 * *');
    const untils = fc.oneof(
      fc.record({ end: fc.constantFrom('0 17 * * *', '30 1 * * *', '45 * * * *') }),
      fc.record({ afterMs: fc.constantFrom(60_000, 2 * HOUR, 30 * HOUR) }),
    );
    const begins = fc.constantFrom('2025-03-08T00:00Z', '2025-03-29T00:00Z', '2025-10-25T00:00Z');
    fc.assert(
      fc.property(zones, crons, untils, begins, (timeZone, start, until, begin) => {
        const schedule = { ...WORKDAYS, timeZone, start, until };
        const from = Date.parse(begin);
        const occurrences = occurrencesOf(schedule, from - 72 * HOUR, from + 48 * HOUR);
        let times: readonly ScheduledTime[] = [];
        for (let now = from; now < from + 48 * HOUR; now += 900_000) {
          const seen = scheduledBounds(OWN, [schedule], times, now);
          times = seen.times;
          const active = occurrences.filter(({ startsAt, endsAt }) => startsAt <= now && endsAt > now);
          expect(seen.bounds.active.map(({ endsAt }) => endsAt)).toEqual(
            active.slice(-1).map(({ endsAt }) => endsAt),
          );
        }
      }),
      { seed: 20_240_601, numRuns: 30 },
    );
  });

  it('follow a schedule that was changed, and a clock that was set back', () => {
    const { times } = at('2025-01-15T12:00:00Z');
    const later = { ...WORKDAYS, start: '0 20 * * *', until: { end: '0 22 * * *' } };
    expect(at('2025-01-15T12:00:01Z', [later], times).bounds.minReplicas).toBe(0);
    expect(at('2025-01-15T07:00:00Z', [WORKDAYS], times).bounds.minReplicas).toBe(0);
    expect(at('2025-01-15T12:00:01Z', [{ ...WORKDAYS, minReplicas: 3 }], times).bounds.minReplicas).toBe(3);
  });

  it('go on where a schedule begins again before it has ended', () => {
    const always = { ...WORKDAYS, start: '0 * * * *', until: { afterMs: 2 * HOUR } };
    const first = at('2025-01-15T09:30:00Z', [always]);
    expect(at('2025-01-15T11:00:00Z', [always], first.times).bounds.minReplicas).toBe(2);
  });

  it('hold from the first start on where the end never comes', () => {
    const endless = { ...WORKDAYS, until: { end: '0 0 31 2 *' } };
    expect(at('2025-01-18T12:00:00Z', [endless]).bounds.active).toEqual([{ name: 'workdays' }]);
  });

  it('are the largest of the active schedules; a minimum alone raises the maximum', () => {
    const noon = { ...WORKDAYS, name: 'noon', start: '0 12 * * *', minReplicas: 6 };
    const small = { ...WORKDAYS, name: 'small', minReplicas: 1, maxReplicas: 3 };
    expect(at('2025-01-15T11:30:00Z', [WORKDAYS, noon]).bounds).toMatchObject({
      minReplicas: 6,
      maxReplicas: 6,
      minBy: 'noon',
      maxBy: 'noon',
    });
    expect(at('2025-01-15T11:30:00Z', [small, noon]).bounds).toMatchObject({
      minReplicas: 3,
      maxReplicas: 3,
      minBy: 'small',
      maxBy: 'small',
    });
  });

  it('are those of the policy where a schedule is invalid', () => {
    expect(at('2025-01-15T12:00:00Z', [{ ...WORKDAYS, start: 'at nine' }]).bounds.active).toEqual([]);
    expect(at('2025-01-15T12:00:00Z', [{ ...WORKDAYS, timeZone: 'Berlin' }]).bounds.active).toEqual([]);
  });
});
