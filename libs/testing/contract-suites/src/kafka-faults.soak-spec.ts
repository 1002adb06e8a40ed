import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafkaLog } from '@tessera/adapter-kafka';
import {
  appendOutbox,
  isDatabaseUnavailable,
  migrate,
  openDatabase,
  PostgresOutbox,
} from '@tessera/adapter-postgres';
import {
  consumeEvents,
  Relay,
  type EventLog,
  type OutgoingRecord,
  type Subscription,
} from '@tessera/application-messaging';
import { pause, realPacing } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import {
  describeWithService,
  migratedDatabase,
  testKafka,
  testKafkaCluster,
  type TestDatabase,
  type TestKafka,
} from '@tessera/testing-services';
import { freePorts, SERVICE_START_MS } from '@tessera/dev-services';
import { ConfigResourceTypes, ConfigSource, Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { applyOnce, countEffects, createEffects, effectsSoFar } from './event-flow/effects';
import { eventRecord } from './event-flow/event-record';
import { openLog } from './event-flow/open-log';
import { eventually } from '@tessera/testing-services';

const TOPIC = 'fault-test.events.v1';
const WORKLOADS = 50;
const LIMIT_MS = 60_000;
/** How soon work goes on once a broker answers again. */
const RESUMED_MS = 10_000;
/** Long enough that every pause between two tries is as long as it gets. */
const AWAY_MS = 30_000;

jest.setTimeout(4 * SERVICE_START_MS);

/** A platform's messaging in this process: an outbox with its relay, and consumers of one group. */
class Flow {
  private written = 0;
  private readonly putAside: string[] = [];
  private readonly consumers: Subscription[] = [];
  private relay: Relay | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly url: string,
    private readonly log: EventLog,
    private readonly topic: string,
  ) {}

  async start(): Promise<void> {
    await this.log.ensureTopics([{ name: this.topic, cleanup: 'delete', retentionMs: 3600_000 }]);
    this.relay = new Relay({
      outbox: new PostgresOutbox(this.dataSource, this.url, 'api'),
      log: this.log,
      pacing: realPacing,
      onFailure: () => undefined,
    });
    await this.relay.start();
    await this.addConsumer();
  }

  async addConsumer(): Promise<Subscription> {
    const group = `${this.topic}-group`;
    const consumer = await consumeEvents({
      log: this.log,
      group,
      topics: [{ name: this.topic, cleanup: 'delete', retentionMs: 3600_000 }],
      handleBatch: (events) => applyOnce(this.dataSource, group, events),
      isUnavailable: isDatabaseUnavailable,
      pacing: realPacing,
      onDeadLetter: (_record, error) => this.putAside.push(error.message),
    });
    this.consumers.push(consumer);
    return consumer;
  }

  /** One more event of each workload, so many times. */
  async write(rounds: number): Promise<void> {
    await this.report(rounds, (records) =>
      this.dataSource.transaction((tx) => appendOutbox(tx, 'api', records)),
    );
  }

  /** The same past the outbox, which needs the database. */
  async publish(rounds: number): Promise<void> {
    await this.report(rounds, (records) => this.log.publish(records));
  }

  private async report(
    rounds: number,
    send: (records: readonly OutgoingRecord[]) => Promise<void>,
  ): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      const n = this.written;
      await send(
        Array.from({ length: WORKLOADS }, (_unused, workload) => eventRecord(this.topic, workload, n)),
      );
      this.written += 1;
    }
  }

  /** Waits until more is applied than now, or all of it; gives how long that took, ms. */
  async expectProgress(): Promise<number> {
    const enough = Math.min(this.written * WORKLOADS, (await effectsSoFar(this.dataSource)) + 1);
    return this.effectsReach(enough);
  }

  /** Waits until all that was written is applied, each event once and in order; gives how long that took, ms. */
  async expectApplied(): Promise<number> {
    const total = this.written * WORKLOADS;
    const took = await this.effectsReach(total);
    expect(await countEffects(this.dataSource)).toEqual({ effects: total, events: total, outOfOrder: 0 });
    expect(this.putAside).toEqual([]);
    return took;
  }

  private async effectsReach(many: number): Promise<number> {
    const from = performance.now();
    await eventually(
      async () => expect(await effectsSoFar(this.dataSource)).toBeGreaterThanOrEqual(many),
      LIMIT_MS,
    );
    return Math.round(performance.now() - from);
  }

  async stop(): Promise<void> {
    await this.relay?.stop();
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
  }
}

/** Call it when what was away answers again: work has to go on soon, and all of it is done in the end. */
async function expectSoon(flow: Flow, after: string): Promise<void> {
  const first = await flow.expectProgress();
  const all = await flow.expectApplied();
  process.stderr.write(
    `after ${after}: consuming again within ${first} ms, all applied within ${first + all} ms\n`,
  );
  expect(first).toBeLessThan(RESUMED_MS);
}

describeWithService('kafka', 'events on real brokers', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let cleanUp: (() => unknown)[];
  beforeEach(async () => {
    cleanUp = [];
    database = await migratedDatabase(migrate);
    dataSource = await openDatabase({ url: database.url, pool: 6, applicationName: 'fault-test' });
    await createEffects(dataSource);
  });
  afterEach(async () => {
    for (const clean of cleanUp.reverse()) await clean();
    await dataSource.destroy();
    await database.drop();
  }, 2 * SERVICE_START_MS);

  const startFlow = async (brokers: readonly TestKafka[]): Promise<Flow> => {
    cleanUp.push(() => Promise.all(brokers.map((broker) => broker.remove())));
    const address = brokers.map((broker) => broker.brokers).join(',');
    const log = openLog({ kind: 'kafka', address }, 'fault-test', brokers.length);
    cleanUp.push(() => log.close());
    const flow = new Flow(dataSource, database.url, log, TOPIC);
    cleanUp.push(() => flow.stop());
    await flow.start();
    await flow.write(5);
    await flow.expectApplied();
    return flow;
  };

  it('go on while consumers come and leave', async () => {
    const flow = await startFlow([await testKafka()]);
    for (let change = 0; change < 3; change += 1) {
      const guest = await flow.addConsumer();
      await flow.write(20);
      await flow.expectApplied();
      const leaving = guest.stop();
      await flow.write(20);
      await leaving;
      await flow.expectApplied();
    }
  });

  it('go on within ten seconds after a killed broker answers again', async () => {
    const broker = await testKafka();
    const flow = await startFlow([broker]);
    await broker.kill();
    await flow.write(20);
    await broker.startAgain();
    await expectSoon(flow, 'a killed broker');
  });

  it('go on within ten seconds after a broker answers again that was away for long', async () => {
    const broker = await testKafka();
    const flow = await startFlow([broker]);
    await broker.kill();
    await flow.write(20);
    await pause(AWAY_MS);
    await broker.startAgain();
    await expectSoon(flow, 'a broker that was away for half a minute');
  });

  it('go on while each of three brokers is killed in turn, and with it the leaders of its partitions', async () => {
    const brokers = await testKafkaCluster();
    const flow = await startFlow(brokers);
    expect(await settingOf(brokers, 'min.insync.replicas')).toEqual({ value: '2', ofTheTopic: true });
    for (const broker of brokers) {
      await flow.write(20);
      await broker.kill();
      await flow.write(20);
      await flow.expectApplied();
      await broker.startAgain();
      await flow.write(20);
      await expectSoon(flow, 'one of three brokers');
    }
  });

  it('go on after the disk took no more of what the broker wrote', async () => {
    const broker = await testKafka();
    const flow = await startFlow([broker]);
    // A full disk for this process alone: a write beyond so many bytes of any file fails, as it does for lack of room.
    execFileSync('prlimit', ['--pid', String(broker.pid), `--fsize=${FILE_LIMIT_BYTES}`]);
    await flow.write(200);
    // It gives its only disk up and ends by itself.
    expect(await broker.ended).toMatch(/exit code/);
    await broker.startAgain();
    await expectSoon(flow, 'a broker whose disk was full');
  });

  it('wait while the database takes no connections, and put nothing aside', async () => {
    const flow = await startFlow([await testKafka()]);
    await connections(database, false);
    await flow.publish(20);
    await pause(AWAY_MS);
    await connections(database, true);
    await expectSoon(flow, 'a database that was away for half a minute');
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'travel encrypted, for users who are known by %s',
    async (mechanism) => {
      const folder = mkdtempSync(join(tmpdir(), 'tessera-tls-'));
      cleanUp.push(() => rmSync(folder, { recursive: true }));
      const { keyFile, certificate } = makeCertificate(folder);
      const [port = 0] = await freePorts(1);
      const broker = await testKafka({ secure: { port, keyFile, users: { tessera: 'of-glass' } } });
      cleanUp.push(() => broker.remove());
      const connect = (password: string): EventLog => {
        const log = createKafkaLog({
          brokers: [`127.0.0.1:${port}`],
          clientId: 'fault-test',
          ssl: { ca: certificate },
          sasl: { mechanism, username: 'tessera', password },
          partitions: 1,
          replication: 1,
          logger: silentLogger,
        });
        cleanUp.push(() => log.close());
        return log;
      };
      expect(await connect('of-stone').unavailable()).toMatch(/authentication/i);
      const flow = new Flow(dataSource, database.url, connect('of-glass'), TOPIC);
      cleanUp.push(() => flow.stop());
      await flow.start();
      await flow.write(2);
      await flow.expectApplied();
    },
  );
});

/** Lets nobody into the database and cuts those off who are in, or lets them in again. */
async function connections({ url }: TestDatabase, allowed: boolean): Promise<void> {
  const elsewhere = new URL(url);
  const name = elsewhere.pathname.slice(1);
  elsewhere.pathname = '/postgres';
  const client = new Client({ connectionString: elsewhere.toString() });
  await client.connect();
  await client.query(`alter database ${name} with allow_connections ${allowed}`);
  if (!allowed)
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await client.end();
}

/** A setting of the flow's topic, and whether it is its own or the brokers' default. */
async function settingOf(brokers: readonly TestKafka[], name: string) {
  const kafka = new Kafka({ brokers: brokers.map((broker) => broker.brokers), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const resource = { type: ConfigResourceTypes.TOPIC, name: TOPIC, configNames: [name] };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
  await admin.disconnect();
  const entry = resources[0]?.configEntries[0];
  return { value: entry?.configValue, ofTheTopic: entry?.configSource === ConfigSource.TOPIC_CONFIG };
}

/** Less than what the flow writes to one partition. */
const FILE_LIMIT_BYTES = 128 * 1024;

/** A certificate for 127.0.0.1 that is its own authority. */
function makeCertificate(folder: string): { readonly keyFile: string; readonly certificate: string } {
  const [key, cert, keyFile] = ['key.pem', 'cert.pem', 'both.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const certificate = readFileSync(cert, 'utf8');
  writeFileSync(keyFile, readFileSync(key, 'utf8') + certificate);
  return { keyFile, certificate };
}
