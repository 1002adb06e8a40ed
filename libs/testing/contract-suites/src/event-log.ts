import {
  DEFAULT_RECORD_LIMIT,
  demandRecordSize,
  PublishError,
  recordSize,
  type EventLog,
  type IncomingRecord,
  type OutgoingRecord,
  type Subscription,
} from '@tessera/application-messaging';
import { eventually } from '@tessera/testing-services';

/** A log under test; each test uses its own topic. */
export interface LogUnderTest {
  readonly log: EventLog;
  /** Starts a process that takes the first batch of the topic in the group, and kills it before it commits. */
  crashAfterReading(group: string, topic: string): Promise<void>;
  /** Lets the clock of the log go on; without it, nothing is asked about subscriptions that are stuck. */
  readonly goOn?: (ms: number) => void;
  /** Longer than the session timeout of a member, ms; default {@link SLOW_MS}. */
  readonly slowMs?: number;
}

/** Maximum time until a group member gets records, including the session timeout of a dead member, ms. */
const LIMIT_MS = 40_000;
/** Longer than the session timeout of a Kafka client and of the embedded log, ms. */
const SLOW_MS = 10_000;

/**
 * Contract suite of every event log: order per key, consumer groups, at-least-once delivery, resume after a crash, many
 * groups on one topic, a new group from the beginning. Call it inside a `describe`; `connect` is called once.
 */
export function eventLogContract(connect: () => Promise<LogUnderTest>): void {
  let target: LogUnderTest;
  const subscriptions: Subscription[] = [];
  let count = 0;

  beforeAll(async () => {
    target = await connect();
  });
  afterEach(async () => {
    await Promise.all(subscriptions.splice(0).map((subscription) => subscription.stop()));
  });

  const newTopic = async (): Promise<string> => {
    const name = `contract.${process.pid}.${(count += 1)}`;
    await target.log.ensureTopics([{ name, cleanup: 'delete', retentionMs: 3600_000 }]);
    return name;
  };
  const records = (topic: string, keys: readonly string[], perKey: number, from = 0): OutgoingRecord[] =>
    Array.from({ length: perKey }, (_unused, index) =>
      keys.map((key) => ({
        topic,
        key,
        headers: { n: String(from + index) },
        value: `${key}/${from + index}`,
      })),
    ).flat();
  const collect = async (
    topic: string,
    group: string,
    onBatch: (batch: readonly IncomingRecord[]) => Promise<void> = async () => undefined,
  ) => {
    const got: IncomingRecord[] = [];
    const subscription = await target.log.subscribe({
      group,
      topics: [topic],
      handle: async (batch) => {
        await onBatch(batch);
        got.push(...batch);
      },
    });
    subscriptions.push(subscription);
    return { got, stop: () => subscription.stop() };
  };
  const valuesOf = (got: readonly IncomingRecord[], key: string): readonly (string | null)[] =>
    got.filter((record) => record.key === key).map(({ value }) => value);

  const lengthsIn = async (topic: string): Promise<readonly (number | undefined)[]> => {
    const lengths: (number | undefined)[] = [];
    await target.log.read([topic], ({ value }) => void lengths.push(value?.length));
    return lengths;
  };

  const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

  it('keeps the order of each key, across batches', async () => {
    const topic = await newTopic();
    await target.log.publish(records(topic, KEYS, 30));
    const { got } = await collect(topic, `${topic}-g`);
    await target.log.publish(records(topic, KEYS, 30, 30));
    await eventually(() => expect(got).toHaveLength(60 * KEYS.length), LIMIT_MS);
    for (const key of KEYS)
      expect(valuesOf(got, key)).toEqual(Array.from({ length: 60 }, (_unused, n) => `${key}/${n}`));
  });

  it('can be read from the beginning to the current end, without a group', async () => {
    const topic = await newTopic();
    const other = await newTopic();
    const empty = await newTopic();
    await target.log.publish([...records(topic, KEYS, 20), ...records(other, ['a'], 2)]);
    expect(await target.log.topicNames()).toEqual(expect.arrayContaining([topic, other, empty]));
    for (let time = 0; time < 2; time += 1) {
      const got: IncomingRecord[] = [];
      await target.log.read([topic, other, empty], (record) => void got.push(record));
      expect(got).toHaveLength(20 * KEYS.length + 2);
      const own = got.filter((record) => record.topic === topic);
      for (const key of KEYS)
        expect(valuesOf(own, key)).toEqual(Array.from({ length: 20 }, (_unused, n) => `${key}/${n}`));
    }
    await target.log.read([empty], () => {
      throw new Error('an empty topic has no records');
    });
  });

  it('returns keys, headers, values and tombstones unchanged', async () => {
    const topic = await newTopic();
    await target.log.publish([
      { topic, key: 'ключ', headers: { ce_type: 'ü', empty: '' }, value: '{"a":"ö"}' },
      { topic, key: 'ключ', headers: {}, value: null },
    ]);
    const { got } = await collect(topic, `${topic}-g`);
    await eventually(() => expect(got).toHaveLength(2), LIMIT_MS);
    expect(got[0]).toMatchObject({
      topic,
      key: 'ключ',
      headers: { ce_type: 'ü', empty: '' },
      value: '{"a":"ö"}',
    });
    expect(got[1]).toMatchObject({ key: 'ключ', value: null });
    expect(BigInt(got[1]?.offset ?? 0)).toBeGreaterThan(BigInt(got[0]?.offset ?? 0));
  });

  it('reports how far its groups have come, also while a record keeps one back', async () => {
    const topic = await newTopic();
    const group = `${topic}-g`;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await target.log.publish(records(topic, KEYS, 3));
    const { got } = await collect(topic, group, () => released);
    const position = async () => (await target.log.positions()).find((one) => one.group === group);
    await eventually(
      async () => expect(await position()).toEqual({ group, topic, written: 21, handled: 0 }),
      LIMIT_MS,
    );
    release();
    await eventually(() => expect(got).toHaveLength(21), LIMIT_MS);
    await eventually(
      async () => expect(await position()).toMatchObject({ written: 21, handled: 21 }),
      LIMIT_MS,
    );
  });

  it('delivers all records to every group, to a new group from the beginning', async () => {
    const topic = await newTopic();
    const early = await collect(topic, `${topic}-early`);
    await target.log.publish(records(topic, KEYS, 5));
    await eventually(() => expect(early.got).toHaveLength(35), LIMIT_MS);
    const late = await collect(topic, `${topic}-late`);
    await eventually(() => expect(late.got).toHaveLength(35), LIMIT_MS);
  });

  it('distributes a topic among the members of a group, each record to one of them', async () => {
    const topic = await newTopic();
    const one = await collect(topic, `${topic}-g`);
    const two = await collect(topic, `${topic}-g`);
    let sent = 0;
    await eventually(async () => {
      await target.log.publish(records(topic, KEYS, 1, (sent += 1)));
      expect(one.got.length).toBeGreaterThan(0);
      expect(two.got.length).toBeGreaterThan(0);
    }, LIMIT_MS);
    const seen = (): Set<string> => new Set([...one.got, ...two.got].map(({ value }) => value ?? ''));
    await eventually(() => expect(seen().size).toBe(sent * KEYS.length), LIMIT_MS);
  });

  it('redelivers a batch whose handler failed, and loses nothing', async () => {
    const topic = await newTopic();
    let failures = 0;
    const { got } = await collect(topic, `${topic}-g`, async () => {
      if ((failures += 1) <= 2) throw new Error('not now');
    });
    await target.log.publish(records(topic, ['a'], 3));
    await eventually(() => expect(valuesOf(got, 'a')).toEqual(['a/0', 'a/1', 'a/2']), LIMIT_MS);
    expect(failures).toBeGreaterThan(2);
  });

  it('reports a partition whose handler keeps failing, with the cause, until it succeeds', async () => {
    const { goOn } = target;
    if (goOn === undefined) return;
    const topic = await newTopic();
    let fails = true;
    const { got, stop } = await collect(topic, `${topic}-g`, async () => {
      if (fails) throw new Error('no room for it');
    });
    await target.log.publish(records(topic, ['a'], 1));
    await eventually(() => {
      goOn(40_000);
      expect(target.log.stuck()).toMatch(
        new RegExp(`^${topic}-g ${topic}/\\d+ has failed for \\d+ s: no room for it$`),
      );
    }, LIMIT_MS);
    fails = false;
    await eventually(() => expect(got).toHaveLength(1), LIMIT_MS);
    expect(target.log.stuck()).toBeUndefined();
    await stop();
  });

  it('reports nothing of a subscription that has stopped', async () => {
    const { goOn } = target;
    if (goOn === undefined) return;
    const topic = await newTopic();
    let failures = 0;
    const { stop } = await collect(topic, `${topic}-g`, async () => {
      failures += 1;
      throw new Error('never');
    });
    await target.log.publish(records(topic, ['a'], 1));
    await eventually(() => expect(failures).toBeGreaterThan(0), LIMIT_MS);
    await stop();
    goOn(40_000);
    expect(target.log.stuck()).toBeUndefined();
  });

  it('handles other partitions while the handler of one is slow', async () => {
    const topic = await newTopic();
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    let calls = 0;
    const { got } = await collect(topic, `${topic}-g`, async () => {
      if ((calls += 1) === 1) await held;
    });
    await target.log.publish(records(topic, KEYS, 2));
    await eventually(() => expect(got.length).toBeGreaterThan(0), LIMIT_MS);
    go();
    await eventually(() => expect(got).toHaveLength(2 * KEYS.length), LIMIT_MS);
    for (const key of KEYS) expect(valuesOf(got, key)).toEqual([`${key}/0`, `${key}/1`]);
  });

  it('lets a handler run longer than the session timeout, without redelivering its records', async () => {
    const topic = await newTopic();
    let calls = 0;
    const slow = await collect(topic, `${topic}-g`, async () => {
      calls += 1;
      // Nothing shorter shows that the member stays in the group.
      if (calls === 1) await new Promise((resolve) => setTimeout(resolve, target.slowMs ?? SLOW_MS));
    });
    await target.log.publish(records(topic, ['a'], 1));
    await eventually(() => expect(slow.got).toHaveLength(1), LIMIT_MS);
    await target.log.publish(records(topic, ['a'], 1, 1));
    await eventually(() => expect(valuesOf(slow.got, 'a')).toEqual(['a/0', 'a/1']), LIMIT_MS);
    expect(calls).toBe(2);
    await slow.stop();
    await target.log.publish(records(topic, ['a'], 1, 2));
    const next = await collect(topic, `${topic}-g`);
    await eventually(() => expect(valuesOf(next.got, 'a')).toEqual(['a/2']), LIMIT_MS);
  });

  it('finishes and commits the batch in flight when it stops', async () => {
    const topic = await newTopic();
    let begun = false;
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const stopping = await collect(topic, `${topic}-g`, async () => {
      begun = true;
      await finished;
    });
    await target.log.publish(records(topic, ['a'], 2));
    await eventually(() => expect(begun).toBe(true), LIMIT_MS);
    let stopped = false;
    const stop = stopping.stop().then(() => (stopped = true));
    await target.log.publish(records(topic, ['a'], 1, 2));
    expect(stopped).toBe(false);
    finish();
    await stop;
    const inHand = valuesOf(stopping.got, 'a');
    const next = await collect(topic, `${topic}-g`);
    await eventually(
      () => expect([...inHand, ...valuesOf(next.got, 'a')]).toEqual(['a/0', 'a/1', 'a/2']),
      LIMIT_MS,
    );
  });

  it('resumes after the last committed record', async () => {
    const topic = await newTopic();
    const first = await collect(topic, `${topic}-g`);
    await target.log.publish(records(topic, ['a'], 3));
    await eventually(() => expect(first.got).toHaveLength(3), LIMIT_MS);
    await first.stop();
    await target.log.publish(records(topic, ['a'], 2, 3));
    const second = await collect(topic, `${topic}-g`);
    await eventually(() => expect(valuesOf(second.got, 'a')).toEqual(['a/3', 'a/4']), LIMIT_MS);
  });

  it('redelivers the batch of a killed consumer to the next one', async () => {
    const topic = await newTopic();
    await target.log.publish(records(topic, ['a'], 3));
    await target.crashAfterReading(`${topic}-g`, topic);
    const { got } = await collect(topic, `${topic}-g`);
    await eventually(() => expect(valuesOf(got, 'a')).toEqual(['a/0', 'a/1', 'a/2']), LIMIT_MS);
  });

  it('accepts records from concurrent publishers', async () => {
    const topic = await newTopic();
    const sides = Array.from({ length: 20 }, (_unused, side) => records(topic, KEYS, 1, side));
    await Promise.all(sides.map((some) => target.log.publish(some)));
    const { got } = await collect(topic, `${topic}-g`);
    await eventually(() => expect(got).toHaveLength(20 * KEYS.length), LIMIT_MS);
    expect(new Set(got.map(({ value }) => value)).size).toBe(20 * KEYS.length);
  });

  it('accepts a record of our maximum size, including headers added on the way', async () => {
    const topic = await newTopic();
    const record = { topic, key: 'a', headers: {}, value: '' };
    const largest = DEFAULT_RECORD_LIMIT - recordSize(record);
    const grown = { ...record, value: 'x'.repeat(largest) };
    expect(() => demandRecordSize([grown], DEFAULT_RECORD_LIMIT)).toThrow();
    await target.log.publish([grown]);
    expect(await lengthsIn(topic)).toEqual([largest]);
  });

  it('rejects only the record that exceeds the limit of the topic, and stores the others once', async () => {
    const topic = await newTopic();
    const [first, last] = [records(topic, KEYS, 3), records(topic, KEYS, 3, 3)];
    const large = { topic, key: 'a', headers: {}, value: 'x'.repeat(1_100_000) };
    const refused = await target.log.publish([...first, large, ...last]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PublishError);
    const outcomes = [...first.map(() => 'stored'), 'too-large', ...last.map(() => 'stored')];
    expect((refused as PublishError).outcomes).toEqual(outcomes);
    expect(await lengthsIn(topic)).toHaveLength(first.length + last.length);
    await target.log.publish(records(topic, KEYS, 1, 6));
    const { got } = await collect(topic, `${topic}-g`);
    await eventually(() => expect(got).toHaveLength(7 * KEYS.length), LIMIT_MS);
    for (const key of KEYS)
      expect(valuesOf(got, key)).toEqual(Array.from({ length: 7 }, (_unused, n) => `${key}/${n}`));
  });

  it('stores many large records of one key in one call if each is within the limit', async () => {
    const topic = await newTopic();
    const value = 'x'.repeat(60_000);
    const many = Array.from({ length: 100 }, () => ({ topic, key: 'a', headers: {}, value }));
    await target.log.publish(many);
    expect(await lengthsIn(topic)).toEqual(many.map(() => value.length));
  });

  it('rejects records for a topic that does not exist', async () => {
    await expect(target.log.publish(records('contract.nowhere', ['a'], 1))).rejects.toThrow();
  });

  it('ensures the same topics again without an error', async () => {
    const topic = await newTopic();
    await target.log.ensureTopics([{ name: topic, cleanup: 'delete', retentionMs: 3600_000 }]);
    expect(await target.log.unavailable()).toBeUndefined();
  });
}
