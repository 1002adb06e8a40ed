import { createKafkaLog } from '@tessera/adapter-kafka';
import { migrate, openDatabase } from '@tessera/adapter-postgres';
import type { EventLog } from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';
import { silentLogger } from '@tessera/platform-logging';
import { createEffects } from '@tessera/testing-contract-suites';
import { testKafka } from '@tessera/testing-services';
import { temporaryPostgres } from '@tessera/dev-services/postgres';
import { Kafka, logLevel } from 'kafkajs';
import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { createHistory } from './history';

/** Partitions of every topic, as the platform's default. */
const PARTITIONS = 6;
/** Connections of the handlers, ours and those of the raw rival: as many as partitions are worked on at once. */
export const HANDLERS = 4;

/** What is measured against, started for this run: a broker, a database, our adapters and the raw clients. */
export interface Fixture {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly log: EventLog;
  readonly kafka: Kafka;
  readonly pool: Pool;
  /** Makes a topic of its own. */
  topic(name: string): Promise<Topic>;
}

/** Runs the work with a fixture and removes the fixture afterwards. */
export async function inFixture<T>(work: (fixture: Fixture) => Promise<T>): Promise<T> {
  const broker = await testKafka();
  const server = await temporaryPostgres();
  const { url } = server;
  await migrate(url);
  const dataSource = await openDatabase({ url, pool: HANDLERS + 4, applicationName: 'bench' });
  await createEffects(dataSource);
  const brokers = [broker.brokers];
  const logger = silentLogger;
  const log = createKafkaLog({
    brokers,
    clientId: 'bench',
    ssl: false,
    partitions: PARTITIONS,
    replication: 1,
    logger,
  });
  const kafka = new Kafka({ brokers, clientId: 'raw', logLevel: logLevel.NOTHING });
  const pool = new Pool({ connectionString: url, max: HANDLERS + 4 });
  pool.on('error', () => undefined);
  await createHistory(pool);
  const topic = async (name: string): Promise<Topic> => {
    const made: Topic = { name, cleanup: 'delete', retentionMs: 3600_000 };
    await log.ensureTopics([made]);
    return made;
  };
  try {
    return await work({ url, dataSource, log, kafka, pool, topic });
  } finally {
    await log.close();
    await dataSource.destroy();
    await pool.end();
    await server.stop();
    await broker.remove();
  }
}

/** Settles from outside. */
export function deferred(): { readonly done: Promise<void>; resolve(): void } {
  let resolve: () => void = () => undefined;
  const done = new Promise<void>((settle) => (resolve = settle));
  return { done, resolve };
}
