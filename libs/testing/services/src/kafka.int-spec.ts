import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { findKafka, startKafka, type KafkaInstallation } from '@tessera/dev-services/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { freePorts, SERVICE_START_MS } from '@tessera/dev-services';
import { testKafka, type TestKafka } from './kafka';
import { describeWithService } from './describe-with-service';

const TOPIC = 'notes';

describeWithService('kafka', 'a real Kafka broker', () => {
  let server: TestKafka;
  beforeAll(async () => (server = await testKafka()), SERVICE_START_MS);
  afterAll(() => server.remove(), SERVICE_START_MS);

  const client = (): Kafka => new Kafka({ brokers: [server.brokers], logLevel: logLevel.NOTHING });
  const write = async (...values: readonly string[]): Promise<void> => {
    const producer = client().producer({ idempotent: true });
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: values.map((value) => ({ key: 'one', value })) });
    await producer.disconnect();
  };
  /** What a group reads until it has `count` messages. */
  const read = async (groupId: string, count: number): Promise<readonly string[]> => {
    const consumer = client().consumer({ groupId });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      void consumer.run({
        eachMessage: async ({ message }) => {
          seen.push(String(message.value));
          if (seen.length === count) resolve();
        },
      });
    });
    await consumer.disconnect();
    return seen;
  };

  it(
    'keeps topics, messages and the offsets of groups over a stop and over a kill',
    async () => {
      const admin = client().admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2 }], waitForLeaders: true });
      await admin.disconnect();
      await write('a', 'b');
      expect(await read('first', 2)).toEqual(['a', 'b']);

      await server.stop();
      await server.startAgain();
      await write('c');
      expect(await read('first', 1)).toEqual(['c']);

      await server.kill();
      await server.startAgain();
      await write('d');
      expect(await read('first', 1)).toEqual(['d']);
      expect(await read('second', 4)).toEqual(['a', 'b', 'c', 'd']);
    },
    3 * SERVICE_START_MS,
  );

  it('does not create a topic because somebody asks for it', async () => {
    const admin = client().admin();
    await admin.connect();
    await expect(admin.fetchTopicMetadata({ topics: ['misspelt'] })).rejects.toThrow('does not host');
    expect(await admin.listTopics()).not.toContain('misspelt');
    await admin.disconnect();
  });
});

describeWithService('kafka', 'starting a Kafka broker', () => {
  let dataDir: string;
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'tessera-test-kafka-'))));
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const installation = (): KafkaInstallation => {
    const search = findKafka({ cacheDir: cacheDir() });
    if (!search.found) throw new Error(search.reason);
    return search.installation;
  };

  it(
    'fails with the end of its log when the broker dies',
    async () => {
      const [port = 0, controllerPort = 0] = await freePorts(2);
      writeFileSync(join(dataDir, 'cluster-id'), 'formatted, it says\n');

      const settings = { dataDir, port, controllerPort, log: () => undefined };
      const starting = startKafka({ installation: installation(), ...settings });

      await expect(starting).rejects.toThrow(/Kafka ended at its start \(exit code 1\)[^]*meta\.properties/);
    },
    SERVICE_START_MS,
  );

  it(
    'formats again what was left half formatted',
    async () => {
      const [port = 0, controllerPort = 0] = await freePorts(2);
      const start = (): ReturnType<typeof startKafka> =>
        startKafka({ installation: installation(), dataDir, port, controllerPort, log: () => undefined });
      await (await start()).stop();
      const before = readFileSync(join(dataDir, 'cluster-id'), 'utf8');
      rmSync(join(dataDir, 'cluster-id'));
      writeFileSync(join(dataDir, 'topics', 'meta.properties'), 'version=1\n');

      await (await start()).stop();

      expect(readFileSync(join(dataDir, 'cluster-id'), 'utf8')).not.toBe(before);
    },
    2 * SERVICE_START_MS,
  );
});
