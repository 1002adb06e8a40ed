import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog } from '@tessera/adapter-kafka';
import { silentLogger } from '@tessera/platform-logging';

/**
 * A consumer that takes a batch, reports it and never finishes; tests kill it. Arguments: kind, address, group, topic.
 */
const [kind, address = '', group = '', topic = ''] = process.argv.slice(2);
const log =
  kind === 'kafka'
    ? createKafkaLog({
        brokers: [address],
        clientId: 'stuck',
        ssl: false,
        partitions: 1,
        replication: 1,
        logger: silentLogger,
      })
    : createPostgresLog({ url: address, applicationName: 'stuck', partitions: 1, logger: silentLogger });
void log.subscribe({
  group,
  topics: [topic],
  handle: async (batch) => {
    process.stdout.write(`got ${batch.length}\n`);
    await new Promise(() => setInterval(() => undefined, 1000));
  },
});
