import { Cron } from 'croner';

/** Any time before all schedules: an expression that has no start after it has none at all. */
const BEGINNING = new Date(Date.UTC(2000, 0, 1));

/** What is wrong with a cron expression of five fields; undefined for a valid one that occurs. Pure. */
export function cronProblem(text: string): string | undefined {
  if (text.trim().split(/\s+/).length !== 5)
    return 'it must have five fields: minute, hour, day of the month, month, day of the week';
  let cron: Cron;
  try {
    cron = new Cron(text.trim(), { timezone: 'UTC', mode: '5-part' });
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, '');
  }
  return cron.nextRun(BEGINNING) === null ? 'no day matches it' : undefined;
}

/** True for a name of the IANA time zone database. Pure. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
