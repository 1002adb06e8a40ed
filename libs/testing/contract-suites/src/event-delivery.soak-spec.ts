import { join } from 'node:path';
import { appendOutbox, migrate, openDatabase, PostgresOutbox } from '@tessera/adapter-postgres';
import {
  describeWithService,
  migratedDatabase,
  testKafka,
  type TestDatabase,
  type TestKafka,
} from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import type { DataSource } from 'typeorm';
import { Child } from './event-flow/child';
import { countEffects, createEffects, effectsSoFar } from './event-flow/effects';
import { eventRecord } from './event-flow/event-record';
import { openLog, type LogAddress } from './event-flow/open-log';
import { seededRandom, shuffled } from './event-flow/random';
import { eventually } from '@tessera/testing-services';

/** Each transaction writes one event of each, so a workload's events are written in their order. */
const WORKLOADS = 500;
const EVENTS_EACH = 200;
const EVENTS = WORKLOADS * EVENTS_EACH;
const TOPIC = 'delivery.events.v1';
const LIMIT_MS = 8 * 60_000;
/** Whom the generator of random numbers kills, and when; print it to repeat a run. */
const SEED = Number(process.env['TESSERA_TEST_SEED'] ?? 7);

jest.setTimeout(LIMIT_MS + SERVICE_START_MS);

interface Victim {
  readonly name: string;
  readonly times: number;
  killAndStartAgain(): Promise<void>;
}

describe('100,000 events, from the outbox to their effects', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let children: readonly Child[];
  beforeEach(async () => {
    database = await migratedDatabase(migrate);
    dataSource = await openDatabase({ url: database.url, pool: 4, applicationName: 'delivery' });
    await createEffects(dataSource);
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await dataSource.destroy();
    await database.drop();
  });

  const startChildren = async (address: LogAddress) => {
    const log = [address.kind, address.address, database.url];
    const relays = [1, 2].map(() => new Child(join(__dirname, 'event-flow/relay-process.ts'), log));
    const consumers = [1, 2].map(
      () => new Child(join(__dirname, 'event-flow/consumer-process.ts'), [...log, 'delivery', TOPIC]),
    );
    children = [...relays, ...consumers];
    await Promise.all(consumers.map((child) => child.start()));
    await Promise.all(relays.map((child) => child.start()));
    return { relays, consumers };
  };

  const write = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n += 1) {
      const records = Array.from({ length: WORKLOADS }, (_unused, workload) =>
        eventRecord(TOPIC, workload, n),
      );
      await dataSource.transaction((tx) => appendOutbox(tx, 'api', records));
    }
  };

  /** Kills each victim as often as it says, in a random order, when a random share of the effects is there. */
  const killAtRandom = async (victims: readonly Victim[]): Promise<void> => {
    const random = seededRandom(SEED);
    const order = shuffled(
      victims.flatMap((victim) => Array.from({ length: victim.times }, () => victim)),
      random,
    );
    const moments = order.map(() => Math.floor(random() * 0.95 * EVENTS)).sort((a, b) => a - b);
    for (const [index, victim] of order.entries()) {
      await eventually(
        async () => expect(await effectsSoFar(dataSource)).toBeGreaterThanOrEqual(moments[index] ?? 0),
        LIMIT_MS,
      );
      await victim.killAndStartAgain();
    }
  };

  /** One more event of each workload goes through at the end: any double of the others stands before it. */
  const expectEachOnce = async (): Promise<void> => {
    await write(EVENTS_EACH, EVENTS_EACH + 1);
    const total = EVENTS + WORKLOADS;
    const lastEvents = async (): Promise<number> => {
      const sql = 'select count(distinct key) as keys from effects where n = $1';
      const [found]: { keys: string }[] = await dataSource.query(sql, [EVENTS_EACH]);
      return Number(found?.keys);
    };
    await eventually(async () => expect(await lastEvents()).toBe(WORKLOADS), LIMIT_MS);
    expect(await countEffects(dataSource)).toEqual({ effects: total, events: total, outOfOrder: 0 });
    const outbox = new PostgresOutbox(dataSource, database.url, 'api');
    await eventually(
      async () => expect(await outbox.lag()).toMatchObject({ rows: 0, oldestMs: 0, parked: 0 }),
      LIMIT_MS,
    );
  };

  const each = (name: string, times: number, targets: readonly Child[]): readonly Victim[] =>
    targets.map((child, index) => ({
      name: `${name} ${index + 1}`,
      times,
      killAndStartAgain: () => child.killAndStartAgain(),
    }));

  it('are each applied once and in order on the embedded log, though relays and consumers are killed', async () => {
    const address: LogAddress = { kind: 'postgres', address: database.url };
    const log = openLog(address, 'delivery');
    await log.ensureTopics([{ name: TOPIC, cleanup: 'delete', retentionMs: 3600_000 }]);
    await log.close();
    const { relays, consumers } = await startChildren(address);
    await Promise.all([
      write(0, EVENTS_EACH),
      killAtRandom([...each('relay', 3, relays), ...each('consumer', 3, consumers)]),
    ]);
    await expectEachOnce();
  });

  describeWithService('kafka', 'on Kafka', () => {
    let broker: TestKafka;
    beforeAll(async () => {
      broker = await testKafka();
    }, SERVICE_START_MS);
    afterAll(() => broker.remove(), SERVICE_START_MS);

    it('are each applied once and in order, though relays, consumers and the broker are killed', async () => {
      const address: LogAddress = { kind: 'kafka', address: broker.brokers };
      const log = openLog(address, 'delivery');
      await log.ensureTopics([{ name: TOPIC, cleanup: 'delete', retentionMs: 3600_000 }]);
      await log.close();
      const { relays, consumers } = await startChildren(address);
      const theBroker: Victim = {
        name: 'broker',
        times: 3,
        killAndStartAgain: async () => {
          await broker.kill();
          await broker.startAgain();
        },
      };
      await Promise.all([
        write(0, EVENTS_EACH),
        killAtRandom([...each('relay', 3, relays), ...each('consumer', 3, consumers), theBroker]),
      ]);
      await expectEachOnce();
    });
  });
});
