import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { appendOutbox, migrate, openDatabase, PostgresOutbox } from '@tessera/adapter-postgres';
import { consumeEvents, Relay, type OutgoingRecord, type Subscription } from '@tessera/application-messaging';
import { realPacing } from '@tessera/platform-lifecycle';
import { eventually, migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import { Child } from './child';
import { eventRecord } from './event-record';
import { openLog } from './open-log';

jest.setTimeout(120_000);

/** The server ends a session that was silent for 8 or 10 seconds. */
const SECONDS_MS = 20_000;
const TOPIC = 'frozen';
const WORKLOADS = 16;

/** A process that is stopped where it is keeps its connections, whose peer goes on to acknowledge everything. */
describe('what a stopped process held', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let child: Child | undefined;
  beforeEach(async () => {
    database = await migratedDatabase(migrate);
    dataSource = await openDatabase({ url: database.url, pool: 4, applicationName: 'stopped' });
  });
  afterEach(async () => {
    await child?.kill();
    await dataSource.destroy();
    await database.drop();
  });

  const childOf = async (script: string, ...args: readonly string[]): Promise<Child> => {
    child = new Child(join(__dirname, script), ['postgres', database.url, database.url, ...args]);
    await child.start();
    return child;
  };
  const records = (n: number): readonly OutgoingRecord[] =>
    Array.from({ length: WORKLOADS }, (_unused, workload) => eventRecord(TOPIC, workload, n));
  const write = (n: number): Promise<void> =>
    dataSource.transaction((tx) => appendOutbox(tx, 'api', records(n)));

  it('of an outbox is taken over by another relay within seconds', async () => {
    const log = openLog({ kind: 'postgres', address: database.url }, 'other');
    await log.ensureTopics([{ name: TOPIC, cleanup: 'delete', retentionMs: 3600_000 }]);
    const outbox = new PostgresOutbox(dataSource, database.url, 'api');
    const frozen = await childOf('relay-process.ts');
    await write(1);
    await eventually(async () => expect((await outbox.lag()).rows).toBe(0), SECONDS_MS);
    frozen.freeze();
    const relay = new Relay({ outbox, log, pacing: realPacing, onFailure: () => undefined });
    await relay.start();
    await write(2);
    await eventually(async () => expect((await outbox.lag()).rows).toBe(0), SECONDS_MS);
    await relay.stop();
    await log.close();
  });

  it('of a group of consumers is taken over by another member within seconds', async () => {
    const log = openLog({ kind: 'postgres', address: database.url }, 'other');
    const frozen = await childOf('consumer-process.ts', 'group', TOPIC);
    await eventually(
      async () =>
        expect(
          await dataSource.query(`select 1 from pg_locks where locktype = 'advisory' and granted`),
        ).toHaveLength(6),
      SECONDS_MS,
    );
    frozen.freeze();
    const seen = new Set<string>();
    const subscription: Subscription = await consumeEvents({
      log,
      group: 'group',
      topics: [{ name: TOPIC, cleanup: 'delete', retentionMs: 3600_000 }],
      handleBatch: async (events) =>
        events.forEach(({ record }) => seen.add(`${record.partition}/${record.offset}`)),
      isUnavailable: () => false,
      pacing: realPacing,
      onDeadLetter: () => undefined,
    });
    await log.publish(records(1));
    await eventually(() => expect(seen.size).toBe(WORKLOADS), SECONDS_MS);
    await subscription.stop();
    await log.close();
  });
});
