import { gzipSync } from 'node:zlib';
import { consumeEvents, DeadLetters, type EventLog, type Subscription } from '@tessera/application-messaging';
import {
  deadLetterTopic,
  encodeEvent,
  eventsTopic,
  SAMPLE_ATTRIBUTES,
  SAMPLES,
} from '@tessera/contracts-events';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { realPacing } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import { describeWithService, eventually, testKafka, type TestKafka } from '@tessera/testing-services';
import {
  CompressionCodecs,
  CompressionTypes,
  ConfigResourceTypes,
  Kafka,
  logLevel,
  type Message,
  type Producer,
} from 'kafkajs';
import { compress as snappyCompress } from 'snappyjs';
import { createKafkaLog } from './kafka-log';
import { encodeRecord } from './undecodable';

jest.setTimeout(90_000);

const PREFIX = 'foreign';
const TOPIC = eventsTopic(PREFIX).name;
const LIMIT_MS = 30_000;

const numbered = (number: number) =>
  encodeEvent({
    name: 'created',
    attributes: { ...SAMPLE_ATTRIBUTES, id: `event-${number}`, sequence: String(number) },
    data: SAMPLES.created,
  });

describeWithService('kafka', 'records of other producers', () => {
  let broker: TestKafka;
  let kafka: Kafka;
  let log: EventLog;
  let consumer: Subscription;
  let foreigner: Producer;
  const applied: number[] = [];
  let next = 0;

  beforeAll(async () => {
    broker = await testKafka();
    kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING });
    log = createKafkaLog({
      brokers: [broker.brokers],
      clientId: 'foreign',
      ssl: false,
      partitions: 1,
      replication: 1,
      logger: silentLogger,
    });
    consumer = await consumeEvents({
      log,
      group: 'readers',
      topics: [eventsTopic(PREFIX)],
      isUnavailable: () => false,
      pacing: realPacing,
      onDeadLetter: () => undefined,
      handle: async (decoded) => {
        if (decoded.kind === 'event') applied.push(Number(decoded.event.attributes.sequence));
      },
    });
    foreigner = kafka.producer();
    await foreigner.connect();
  }, SERVICE_START_MS);
  afterAll(async () => {
    await consumer?.stop();
    await foreigner?.disconnect();
    await log?.close();
    await broker?.remove();
  }, SERVICE_START_MS);

  /** The next event of ours is applied, after everything that is in the topic. */
  async function nextIsApplied(): Promise<void> {
    const number = (next += 1);
    await log.publish([{ topic: TOPIC, ...numbered(number) }]);
    await eventually(() => expect(applied).toContain(number), LIMIT_MS);
  }
  const letters = () => new DeadLetters(log, PREFIX).find();

  async function configure(topic: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    const resource = { type: ConfigResourceTypes.TOPIC, name: topic, configEntries };
    await admin.alterConfigs({ validateOnly: false, resources: [resource] });
    await admin.disconnect();
  }

  /** Sends records byte by byte as given, which kafkajs would not write, in one batch compressed with snappy. */
  async function sendRaw(records: readonly Omit<Parameters<typeof encodeRecord>[0], 'offsetDelta'>[]) {
    const codecs = CompressionCodecs as Record<number, () => object>;
    const ours = codecs[CompressionTypes.Snappy];
    const bytes = Buffer.concat(
      records.map((record, offsetDelta) => encodeRecord({ ...record, offsetDelta })),
    );
    codecs[CompressionTypes.Snappy] = () => ({ ...ours?.(), compress: async () => snappyCompress(bytes) });
    try {
      await foreigner.send({
        topic: TOPIC,
        compression: CompressionTypes.Snappy,
        messages: records.map(() => ({ value: '' })),
      });
    } finally {
      if (ours !== undefined) codecs[CompressionTypes.Snappy] = ours;
    }
  }
  const send = (message: Message, compression = CompressionTypes.None) =>
    foreigner.send({ topic: TOPIC, compression, messages: [message] });

  it.each(['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'])(
    'are read from a topic that compresses them: %s',
    async (codec) => {
      await configure(TOPIC, { 'compression.type': codec });
      await nextIsApplied();
      const number = (next += 1);
      const { key, headers, value } = numbered(number);
      await send({ key, headers: { ...headers }, value }, CompressionTypes.GZIP);
      await eventually(() => expect(applied).toContain(number), LIMIT_MS);
      await configure(TOPIC, { 'compression.type': 'producer' });
    },
  );

  it('without a key, value or header value go to the dead letters with the cause, and the next are read', async () => {
    const number = (next += 1);
    const { key, headers, value } = numbered(number);
    const own = { key: Buffer.from(key), value: Buffer.from(value ?? '') };
    const all = Object.entries(headers);
    await sendRaw([
      { ...own, headers: [] },
      { ...own, headers: all.map(([name, text]) => [name, name === 'ce_id' ? null : text] as const) },
      { key: null, value: null, headers: [['ce_type', null]] },
      // A header of others has no value; the event is complete.
      { ...own, headers: [...all, ['x-other', null]] },
    ]);
    await eventually(() => expect(applied).toContain(number), LIMIT_MS);
    await nextIsApplied();
    const found = await letters();
    expect(found.map(({ error }) => error)).toEqual(Array(3).fill('header ce_id is missing'));
    expect(found.map(({ record }) => record.value)).toEqual([value, value, null]);
    await new DeadLetters(log, PREFIX).drop(found);
  });

  it('of any bytes go to the dead letters as they are', async () => {
    const { headers } = numbered(0);
    const garbage = Buffer.from([0x80, 0, 0xff, 0xfe, 0x31]);
    await send({ key: garbage, headers: { ...headers, ce_id: garbage }, value: garbage });
    await nextIsApplied();
    const [letter] = await letters();
    expect(letter).toMatchObject({
      error: 'the value is not UTF-8 text',
      record: { value: garbage.toString('base64'), encoding: 'base64' },
    });
    if (letter === undefined) throw new Error('there is a letter');
    await new DeadLetters(log, PREFIX).replay([letter]);
    await nextIsApplied();
    const [again, ...others] = await letters();
    expect(others).toEqual([]);
    expect(again?.record.value).toBe(garbage.toString('base64'));
    await new DeadLetters(log, PREFIX).drop(await letters());
  });

  it('in a batch that nobody can decode are one dead letter that names the codec', async () => {
    const messages = Array.from({ length: 3 }, () => ({ value: Buffer.alloc(12 * 1_048_576) }));
    await foreigner.send({ topic: TOPIC, compression: CompressionTypes.GZIP, messages });
    await nextIsApplied();
    const found = await letters();
    expect(found.map(({ errorType }) => errorType)).toEqual(['UndecodableRecordError']);
    expect(found[0]?.error).toMatch(
      /^a batch of 3 records from offset \d+ on is compressed with gzip and cannot be decoded: it has more than/,
    );
    await expect(new DeadLetters(log, PREFIX).replay(found)).rejects.toThrow(/cannot be replayed/);
    await new DeadLetters(log, PREFIX).drop(found);
  });

  it('that are larger than their dead-letter topic takes are dead letters without their content', async () => {
    await send(
      { key: 'large', value: gzipSync('').toString('latin1').padEnd(3_000_000) },
      CompressionTypes.GZIP,
    );
    await nextIsApplied();
    const [letter] = await letters();
    expect(letter).toMatchObject({
      error: 'header ce_id is missing',
      incomplete: expect.stringMatching(/^the record has 3\d{6} bytes, more than/),
      record: { key: 'large', value: null },
    });
    await new DeadLetters(log, PREFIX).drop(await letters());
  });

  it('of a transaction that was aborted are not read, and its markers hold up nobody', async () => {
    const transactional = kafka.producer({
      transactionalId: 'others',
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await transactional.connect();
    for (const end of ['abort', 'commit'] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({
        topic: deadLetterTopic(TOPIC).name,
        messages: [{ key: end, value: 'of others' }],
      });
      await transaction[end]();
    }
    await transactional.disconnect();
    expect((await letters()).map(({ record }) => record.key)).toEqual(['commit']);
  });
});
