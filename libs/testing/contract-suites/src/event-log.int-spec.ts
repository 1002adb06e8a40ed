import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog } from '@tessera/adapter-kafka';
import { migrate } from '@tessera/adapter-postgres';
import type { EventLog } from '@tessera/application-messaging';
import { silentLogger } from '@tessera/platform-logging';
import {
  describeWithPart,
  PART_START_MS,
  testDatabase,
  testKafka,
  type TestDatabase,
  type TestKafka,
} from '@tessera/testing-parts';
import { eventLogContract } from './event-log';

jest.setTimeout(90_000);

const crash =
  (kind: 'kafka' | 'postgres', address: () => string) =>
  async (group: string, topic: string): Promise<void> => {
    const args = ['--import', 'tsx', join(__dirname, 'stuck-consumer.ts'), kind, address(), group, topic];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

describe('the embedded event log', () => {
  let database: TestDatabase;
  let log: EventLog;
  afterAll(async () => {
    await log.close();
    await database.drop();
  });
  eventLogContract(async () => {
    database = await testDatabase();
    await migrate(database.url);
    log = createPostgresLog({
      url: database.url,
      applicationName: 'contract',
      partitions: 6,
      logger: silentLogger,
    });
    return { log, crashAfterReading: crash('postgres', () => database.url) };
  });
});

describeWithPart('kafka', 'Kafka', () => {
  let broker: TestKafka;
  let log: EventLog;
  beforeAll(async () => {
    broker = await testKafka();
  }, PART_START_MS);
  afterAll(async () => {
    await log.close();
    await broker.remove();
  }, PART_START_MS);
  eventLogContract(async () => {
    log = createKafkaLog({
      brokers: [broker.brokers],
      clientId: 'contract',
      ssl: false,
      partitions: 6,
      replication: 1,
      logger: silentLogger,
    });
    return { log, crashAfterReading: crash('kafka', () => broker.brokers) };
  });
});
