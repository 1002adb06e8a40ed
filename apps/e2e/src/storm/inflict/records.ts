import type { EventLog } from '@tessera/application-messaging';
import type { Draw } from '../plan/draw';
import { COMMANDS, EVENTS, readAll, STORM_HEADER } from '../record/log';

/** How many records are repeated at once. */
const REPEATED = 40;

/** Appends commands and events that were in the log before once more, in another order. */
export async function repeatRecords(log: EventLog, draw: Draw): Promise<void> {
  const all = await readAll(log, (topic) => topic.endsWith(COMMANDS) || topic.endsWith(EVENTS));
  const originals = all.filter(({ headers }) => !(STORM_HEADER in headers));
  const chosen = draw.shuffled(originals).slice(0, REPEATED);
  await log.publish(
    chosen.map(({ topic, key, headers, value }) => ({
      ...{ topic, key, value },
      headers: { ...headers, [STORM_HEADER]: 'true' },
    })),
  );
}
