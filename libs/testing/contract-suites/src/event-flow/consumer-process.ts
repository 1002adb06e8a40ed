import { isDatabaseUnavailable, openDatabase } from '@tessera/adapter-postgres';
import { consumeEvents, type Subscription } from '@tessera/application-messaging';
import { realPacing, retry } from '@tessera/platform-lifecycle';
import { applyOnce } from './effects';
import { openLog, type LogAddress } from './open-log';

/** A consumer in its own process, which tests kill. Arguments: kind and address of the log, database, group, topic. */
const [kind, address = '', url = '', group = '', topic = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const dataSource = await openDatabase({ url, pool: 4, applicationName: 'consumer' });
  const log = openLog({ kind: kind as LogAddress['kind'], address }, 'consumer');
  const consume = (): Promise<Subscription> =>
    consumeEvents({
      log,
      group,
      topics: [{ name: topic, cleanup: 'delete', retentionMs: 3600_000 }],
      handleBatch: (events) => applyOnce(dataSource, group, events),
      isUnavailable: isDatabaseUnavailable,
      pacing: realPacing,
      onDeadLetter: (_record, error) => process.stderr.write(`consumer: put aside: ${error.message}\n`),
    });
  // A supervisor would restart the process; here the broker may be down when it starts.
  await retry(consume, { firstMs: 200, maxMs: 1_000 });
  process.stdout.write('ready\n');
}

void main();
