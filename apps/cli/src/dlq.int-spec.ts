import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog } from '@tessera/adapter-kafka';
import { migrate } from '@tessera/adapter-postgres';
import { consumeEvents, DeadLetters, type EventLog, type Subscription } from '@tessera/application-messaging';
import {
  deadLetterTopic,
  encodeEvent,
  eventsTopic,
  SAMPLE_ATTRIBUTES,
  SAMPLES,
} from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import { describeWithService, eventually, migratedDatabase, testKafka } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { run } from './run';

jest.setTimeout(90_000);

const TOPIC = eventsTopic('tessera').name;
const DLQ = deadLetterTopic(TOPIC).name;
const GROUP = 'billing';

interface Target {
  readonly env: Readonly<Record<string, string>>;
  readonly log: EventLog;
  readonly remove: () => Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** Tests `tessera dlq` on the poison messages of a consumer, on either event log. */
function deadLettersOf(connect: () => Promise<Target>): void {
  let target: Target;
  let consumer: Subscription;
  /** What the consumer cannot handle, and what it applied, by the number in the event. */
  const poison = new Set<number>();
  const applied: number[] = [];
  const inbox = new Set<string>();

  beforeAll(async () => {
    target = await connect();
    consumer = await consumeEvents({
      log: target.log,
      group: GROUP,
      topics: [eventsTopic('tessera')],
      isUnavailable: () => false,
      pacing: realPacing,
      tries: 1,
      onDeadLetter: () => undefined,
      handle: async (decoded) => {
        if (decoded.kind !== 'event') return;
        const { id, sequence } = decoded.event.attributes;
        if (poison.has(Number(sequence))) throw new TypeError(`cannot bill ${Number(sequence)}`);
        if (inbox.has(id)) return;
        inbox.add(id);
        applied.push(Number(sequence));
      },
    });
  }, SERVICE_START_MS);
  afterAll(async () => {
    await consumer.stop();
    await target.remove();
  }, SERVICE_START_MS);

  const tessera = async (...args: readonly string[]) => {
    const output = { out: '', err: '' };
    const code = await run(args, {
      env: target.env,
      out: { write: (text: string) => (output.out += text) },
      err: { write: (text: string) => (output.err += text) },
    });
    return { code, ...output };
  };
  const json = async (...args: readonly string[]): Promise<Json> =>
    JSON.parse((await tessera('dlq', ...args, '--json')).out);
  const report = (numbers: readonly number[], key = SAMPLE_ATTRIBUTES.subject) =>
    target.log.publish(
      numbers.map((number) => {
        const attributes = {
          ...SAMPLE_ATTRIBUTES,
          id: `event-${number}`,
          sequence: String(number),
          subject: key,
        };
        return { topic: TOPIC, ...encodeEvent({ name: 'created', attributes, data: SAMPLES.created }) };
      }),
    );
  const left = async (): Promise<readonly Json[]> => json('list', TOPIC);
  const leftAre = (many: number) => eventually(async () => expect(await left()).toHaveLength(many), 40_000);

  it('lists topics without dead letters', async () => {
    const { code, out } = await tessera('dlq', 'list');
    expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`TOPIC +LETTERS.*\n${DLQ} +0 +- +-`))]);
  });

  it('shows a poison message, replays it once the handler is fixed, and it is applied once', async () => {
    poison.add(2);
    await report([1, 2, 3]);
    await leftAre(1);
    await eventually(() => expect(applied).toEqual([1, 3]));
    expect(await json('list')).toEqual([
      { topic: DLQ, letters: 1, groups: [GROUP], oldest: expect.stringMatching(/Z$/) },
    ]);
    const [{ id }] = await left();
    const shown = await json('show', id);
    expect(shown).toMatchObject({
      id: expect.stringMatching(new RegExp(`^${DLQ}/\\d+/0$`)),
      original: { topic: TOPIC },
      group: GROUP,
      error: 'cannot bill 2',
      errorType: 'TypeError',
      tries: 1,
      key: SAMPLE_ATTRIBUTES.subject,
      headers: { ce_id: 'event-2' },
    });
    expect(JSON.parse(shown.value)).toEqual(SAMPLES.created);
    const text = await tessera('dlq', 'show', id);
    expect(text.out).toMatch(/error +TypeError: cannot bill 2\n(.*\n)*value\n\{\n {2}"workloadId"/);

    poison.clear();
    const planned = await tessera('dlq', 'replay', id, '--dry-run');
    expect([planned.code, planned.out]).toEqual([
      0,
      `${id} would be replayed\n1 dead letter would be replayed\n`,
    ]);
    await leftAre(1);
    const replayed = await tessera('dlq', 'replay', id);
    expect([replayed.code, replayed.out]).toEqual([0, `${id} replayed\n1 dead letter replayed\n`]);
    await eventually(() => expect(applied).toEqual([1, 3, 2]));
    await leftAre(0);
    expect(await json('list', TOPIC, '--all')).toMatchObject([{ id, mark: 'replayed' }]);
  });

  it('replays records as they were before they failed, marked, and a repeated replay is harmless', async () => {
    const letters = new DeadLetters(target.log, 'tessera');
    const [letter] = await letters.find({ marked: true });
    if (letter === undefined) throw new Error('the replayed letter is kept');
    await letters.replay([letter]);
    await report([4]);
    await eventually(() => expect(applied).toEqual([1, 3, 2, 4]));
    const records: Json[] = [];
    await target.log.read([TOPIC], (record) => void records.push(record));
    const [first, ...again] = records.filter(({ headers }) => headers.ce_id === 'event-2');
    expect(again).toHaveLength(2);
    for (const copy of again)
      expect(copy).toMatchObject({
        key: first.key,
        value: first.value,
        partition: first.partition,
        headers: { ...first.headers, 'x-replayed': letter.id },
      });
  });

  it('replays what a filter selects in the order of each key, and drops what is given up', async () => {
    const numbers = [10, 11, 12, 13, 14];
    for (const number of [...numbers, 20]) poison.add(number);
    await report(numbers);
    await report([20], '00000000-0000-4000-8000-000000000020');
    await leftAre(6);
    poison.clear();
    applied.length = 0;
    const dropped = await tessera('dlq', 'drop', '--key', '00000000-0000-4000-8000-000000000020');
    expect([dropped.code, dropped.out]).toEqual([0, expect.stringMatching(/\n1 dead letter dropped\n$/)]);
    await leftAre(5);
    expect((await tessera('dlq', 'replay', '--group', GROUP, '--error-type', 'TypeError')).code).toBe(0);
    await eventually(() => expect(applied).toEqual(numbers));
    await leftAre(0);
  });

  it.each([
    ['an unknown letter', ['replay', `${DLQ}/0/99999`], 3, /no dead letter is left at/],
    ['an unknown letter to show', ['show', `${DLQ}/0/99999`], 3, /there is no dead letter/],
    ['a filter without matches', ['drop', '--key', 'nobody'], 3, /no dead letter matches/],
    ['no selection', ['replay'], 2, /select letters/],
    ['both --all and an id', ['drop', 'x', '--all'], 2, /exclude each other/],
    ['an unknown command', ['burn'], 2, /unknown command/],
    ['an unknown option', ['list', '--loud'], 2, /unknown option/],
  ])('ends with its own code for %s', async (_what, args, code, message) => {
    const ended = await tessera('dlq', ...args);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toMatch(message);
  });
}

describe('on the embedded event log', () => {
  deadLettersOf(async () => {
    const database = await migratedDatabase(migrate);
    const options = { url: database.url, applicationName: 'dlq-test', partitions: 3, logger: silentLogger };
    const log = createPostgresLog(options);
    return {
      env: { TESSERA_DATABASE_URL: database.url },
      log,
      remove: async () => {
        await log.close();
        await database.drop();
      },
    };
  });
});

describeWithService('kafka', 'on Kafka', () => {
  deadLettersOf(async () => {
    const broker = await testKafka();
    const log = createKafkaLog({
      brokers: [broker.brokers],
      clientId: 'dlq-test',
      ssl: false,
      partitions: 3,
      replication: 1,
      logger: silentLogger,
    });
    return {
      env: { TESSERA_KAFKA_BROKERS: broker.brokers },
      log,
      remove: async () => {
        await log.close();
        await broker.remove();
      },
    };
  });
});

describe('settings', () => {
  it('that are missing are named, with the exit code of a failure', async () => {
    let err = '';
    const code = await run(['dlq', 'list'], {
      env: {},
      out: { write: () => undefined },
      err: { write: (text: string) => (err += text) },
    });
    expect([code, err]).toEqual([1, expect.stringContaining('TESSERA_DATABASE_URL is required')]);
  });
});
