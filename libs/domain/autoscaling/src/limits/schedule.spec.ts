import { scheduledBounds, scheduleProblems, type ReplicaSchedule, type ScheduledTime } from './schedule';

const OWN = { minReplicas: 0, maxReplicas: 4 };
const HOUR = 3_600_000;
const WORKDAYS: ReplicaSchedule = {
  cron: '0 9 * * 1-5',
  timeZone: 'Europe/Berlin',
  durationMs: 8 * HOUR,
  minReplicas: 2,
};

const at = (
  text: string,
  schedules: readonly ReplicaSchedule[] = [WORKDAYS],
  times: readonly ScheduledTime[] = [],
) => scheduledBounds(OWN, schedules, times, Date.parse(text));

describe('the bounds at a time', () => {
  it.each([
    ['before nine', '2025-01-15T07:59:59Z', 0],
    ['at nine in winter', '2025-01-15T08:00:00Z', 2],
    ['at nine in summer', '2025-07-15T07:00:00Z', 2],
    ['just before the end', '2025-01-15T15:59:59Z', 2],
    ['at the end', '2025-01-15T16:00:00Z', 0],
    ['at the weekend', '2025-01-18T12:00:00Z', 0],
  ])('%s', (_, time, min) => {
    expect(at(time).bounds).toEqual({ minReplicas: min, maxReplicas: 4, active: min > 0 ? [0] : [] });
  });

  it('are the same whether they are computed at every tick or once', () => {
    let times: readonly ScheduledTime[] = [];
    for (
      let now = Date.parse('2025-03-28T00:00:00Z');
      now < Date.parse('2025-04-01T00:00:00Z');
      now += 600_000
    ) {
      const seen = scheduledBounds(OWN, [WORKDAYS], times, now);
      times = seen.times;
      expect(seen.bounds).toEqual(scheduledBounds(OWN, [WORKDAYS], [], now).bounds);
    }
  });

  it('follow a schedule that was changed, and a clock that was set back', () => {
    const { times } = at('2025-01-15T12:00:00Z');
    const later = { ...WORKDAYS, cron: '0 20 * * *' };
    expect(at('2025-01-15T12:00:01Z', [later], times).bounds.minReplicas).toBe(0);
    expect(at('2025-01-15T07:00:00Z', [WORKDAYS], times).bounds.minReplicas).toBe(0);
  });

  it('go on where a schedule begins again before it has ended', () => {
    const always = { ...WORKDAYS, cron: '0 * * * *', durationMs: 2 * HOUR };
    const first = at('2025-01-15T09:30:00Z', [always]);
    expect(at('2025-01-15T11:00:00Z', [always], first.times).bounds.minReplicas).toBe(2);
  });

  it('are the largest of the active schedules; a minimum alone raises the maximum', () => {
    const noon = { ...WORKDAYS, cron: '0 12 * * *', durationMs: HOUR, minReplicas: 6 };
    const small = { ...WORKDAYS, minReplicas: 1, maxReplicas: 3 };
    expect(at('2025-01-15T11:30:00Z', [WORKDAYS, noon]).bounds).toMatchObject({
      minReplicas: 6,
      maxReplicas: 6,
    });
    expect(at('2025-01-15T11:30:00Z', [small, noon]).bounds).toMatchObject({
      minReplicas: 3,
      maxReplicas: 3,
    });
  });

  it('are those of the policy where a schedule is invalid', () => {
    expect(at('2025-01-15T12:00:00Z', [{ ...WORKDAYS, cron: 'at nine' }]).bounds.active).toEqual([]);
    expect(at('2025-01-15T12:00:00Z', [{ ...WORKDAYS, timeZone: 'Berlin' }]).bounds.active).toEqual([]);
  });
});

describe('the problems of a schedule', () => {
  it.each([
    [{}, []],
    [{ cron: '30 0 9 * * 1-5' }, []],
    [{ cron: '61 9 * * *' }, ['cron']],
    [{ cron: 'at nine' }, ['cron']],
    [{ cron: '' }, ['cron']],
    [{ timeZone: 'Berlin' }, ['timeZone']],
    [{ durationMs: 0 }, ['duration']],
    [{ durationMs: Number.NaN }, ['duration']],
    [{ minReplicas: undefined }, ['']],
    [{ minReplicas: -1 }, ['minReplicas']],
    [{ maxReplicas: 0 }, ['maxReplicas', 'minReplicas']],
    [{ minReplicas: 3, maxReplicas: 2 }, ['minReplicas']],
  ])('%j: %j', (change, fields) => {
    expect(scheduleProblems({ ...WORKDAYS, ...change } as ReplicaSchedule).map(({ field }) => field)).toEqual(
      fields,
    );
  });
});
