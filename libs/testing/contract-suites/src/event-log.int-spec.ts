import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog } from '@tessera/adapter-kafka';
import { migrate } from '@tessera/adapter-postgres';
import type { EventLog } from '@tessera/application-messaging';
import { silentLogger } from '@tessera/platform-logging';
import {
  describeWithService,
  migratedDatabase,
  testKafka,
  type TestDatabase,
  type TestKafka,
} from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { Client } from 'pg';
import { eventLogContract } from './event-log';
import { eventually } from '@tessera/testing-services';

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

/** The clock of the process, ahead by what the tests let it go on. */
const movedClock = () => {
  let ahead = 0;
  return { now: () => performance.now() + ahead, goOn: (ms: number) => void (ahead += ms) };
};

describe('the embedded event log', () => {
  const clock = movedClock();
  let database: TestDatabase;
  let log: EventLog;
  afterAll(async () => {
    await log.close();
    await database.drop();
  });
  eventLogContract(async () => {
    database = await migratedDatabase(migrate);
    log = createPostgresLog({
      url: database.url,
      applicationName: 'contract',
      partitions: 6,
      logger: silentLogger,
      now: clock.now,
    });
    return { log, crashAfterReading: crash('postgres', () => database.url), goOn: clock.goOn };
  });

  it('refuses records of a topic that was removed meanwhile, and loses none silently', async () => {
    const topic = { name: 'contract.gone', cleanup: 'delete', retentionMs: 3600_000 } as const;
    const record = { topic: topic.name, key: 'k', headers: {}, value: 'v' };
    await log.ensureTopics([topic]);
    await log.publish([record]);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('delete from event_log.topics where name = $1', [topic.name]);
    await client.end();
    await expect(log.publish([record])).rejects.toThrow('null value in column "offset"');
  });

  it('moves no offset back when another member has gone on meanwhile', async () => {
    const topic = { name: 'contract.back', cleanup: 'delete', retentionMs: 3600_000 } as const;
    await log.ensureTopics([topic]);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const subscription = await log.subscribe({
      group: 'back',
      topics: [topic.name],
      // As a member does that took the partition when this one's session was lost.
      handle: async ([record]) => {
        await client.query(`insert into event_log.group_offsets values ('back', $1, $2, 5)`, [
          topic.name,
          record?.partition,
        ]);
      },
    });
    await log.publish([{ topic: topic.name, key: 'a', headers: {}, value: '1' }]);
    const offsets = `select next_offset from event_log.group_offsets where group_id = 'back'`;
    await eventually(async () => expect((await client.query(offsets)).rows).toHaveLength(1), 10_000);
    // What was handled is committed.
    await subscription.stop();
    expect((await client.query(offsets)).rows).toEqual([{ next_offset: '5' }]);
    await client.end();
  });
});

describeWithService('kafka', 'Kafka', () => {
  const clock = movedClock();
  let broker: TestKafka;
  let log: EventLog;
  beforeAll(async () => {
    broker = await testKafka();
  }, SERVICE_START_MS);
  afterAll(async () => {
    await log.close();
    await broker.remove();
  }, SERVICE_START_MS);
  eventLogContract(async () => {
    log = createKafkaLog({
      brokers: [broker.brokers],
      clientId: 'contract',
      ssl: false,
      partitions: 6,
      replication: 1,
      logger: silentLogger,
      now: clock.now,
    });
    return { log, crashAfterReading: crash('kafka', () => broker.brokers), goOn: clock.goOn };
  });
});
