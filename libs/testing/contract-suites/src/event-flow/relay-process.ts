import { openDatabase, PostgresOutbox } from '@tessera/adapter-postgres';
import { Relay } from '@tessera/application-messaging';
import { realPacing } from '@tessera/platform-lifecycle';
import { openLog, type LogAddress } from './open-log';

/** A relay in its own process, which tests kill. Arguments: kind and address of the log, URL of the database. */
const [kind, address = '', url = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const dataSource = await openDatabase({ url, pool: 2, applicationName: 'relay' });
  const relay = new Relay({
    outbox: new PostgresOutbox(dataSource, url, 'api'),
    log: openLog({ kind: kind as LogAddress['kind'], address }, 'relay'),
    pacing: realPacing,
    onFailure: (error, failures) => process.stderr.write(`relay: ${String(error)} (${failures})\n`),
  });
  await relay.start();
  process.stdout.write('ready\n');
}

void main();
