import { encodeEvent, formatSequence } from '@tessera/contracts-events';
import { workloadRef } from '@tessera/testing-builders';
import { consumeEvents, type ConsumerOptions } from './consume';
import { PublishError } from './publish-error';
import { recordSize } from './record-size';
import type { EventLog, IncomingRecord, OutgoingRecord, SubscribeOptions } from './ports';

const TOPIC = { name: 'events', cleanup: 'delete', retentionMs: 1000 } as const;
const WORKLOADS = ['06d16c5d-4728-42fa-b573-3b11820d999f', '16d16c5d-4728-42fa-b573-3b11820d999f'] as const;

class Away extends Error {}

function record(workload: 0 | 1, n: number, change: Partial<IncomingRecord> = {}): IncomingRecord {
  const workloadId = WORKLOADS[workload];
  const encoded = encodeEvent({
    name: 'created',
    attributes: {
      id: `${workload}/${n}`,
      source: '/test',
      subject: workloadId,
      time: '2026-01-01T00:00:00.000Z',
      sequence: formatSequence(n),
      clusterid: 'c',
      projectid: '1',
      workloadname: 'w',
    },
    data: { ...workloadRef(1, { workloadId }), generation: 1, createdBy: 'someone' },
  });
  return {
    topic: TOPIC.name,
    partition: 3,
    offset: `${workload}${n}`,
    timestamp: 1700,
    ...encoded,
    ...change,
  };
}

/** Consumes one batch: which records were handled or dead-lettered, and how the batch ended. */
async function consume(
  batch: readonly IncomingRecord[],
  handling: Pick<ConsumerOptions, 'handle' | 'handleBatch'>,
  signal = new AbortController().signal,
  limit = Infinity,
) {
  const published: OutgoingRecord[] = [];
  let subscribed: SubscribeOptions | undefined;
  const log: EventLog = {
    ensureTopics: async () => undefined,
    describeTopics: async () => [],
    publish: async (records) => {
      const fits = records.map((one) => recordSize(one) <= limit);
      published.push(...records.filter((_one, at) => fits[at]));
      if (fits.includes(false))
        throw PublishError.tooLarge(fits.map((fit) => (fit ? 'stored' : 'too-large')));
    },
    subscribe: async (options) => {
      subscribed = options;
      return { stop: async () => undefined };
    },
    topicNames: async () => [],
    read: async () => undefined,
    unavailable: async () => undefined,
    stuck: () => undefined,
    positions: async () => [],
    close: async () => undefined,
  };
  await consumeEvents({
    ...(handling as { handle: NonNullable<ConsumerOptions['handle']> }),
    log,
    group: 'readers',
    topics: [TOPIC],
    isUnavailable: (error) => error instanceof Away,
    pacing: { elapsedMs: () => 0, pause: async () => undefined, backoffMs: () => 0 },
    onDeadLetter: () => undefined,
  });
  const failure = await subscribed?.handle(batch, { signal }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { published, failure };
}

describe('a batch of events', () => {
  it('keeps the order of a key, whatever other keys do', async () => {
    const seen: string[] = [];
    await consume([record(0, 1), record(1, 1), record(0, 2), record(1, 2)], {
      handle: async (_decoded, { offset }) => void seen.push(offset),
    });
    expect(seen.filter((offset) => offset.startsWith('0'))).toEqual(['01', '02']);
    expect(seen.filter((offset) => offset.startsWith('1'))).toEqual(['11', '12']);
  });

  it('dead-letters a record that fails five times, and continues after it', async () => {
    const seen: string[] = [];
    const { published, failure } = await consume([record(0, 1), record(0, 2)], {
      handle: async (_decoded, { offset }) => {
        seen.push(offset);
        if (offset === '01') throw new TypeError('no such field');
      },
    });
    expect(failure).toBeUndefined();
    expect(seen).toEqual(['01', '01', '01', '01', '01', '02']);
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({
      topic: 'events.dlq',
      key: WORKLOADS[0],
      headers: {
        'x-original-topic': 'events',
        'x-original-partition': '3',
        'x-original-offset': '01',
        'x-original-timestamp': '1700',
        'x-original-group': 'readers',
        'x-error': 'no such field',
        'x-error-type': 'TypeError',
        'x-tries': '5',
      },
    });
  });

  it('dead-letters an unreadable record at once', async () => {
    const { published } = await consume([record(0, 1, { value: '{' })], { handle: async () => undefined });
    expect(published[0]?.headers['x-tries']).toBe('1');
    expect(published[0]?.headers['x-error']).toContain('not JSON');
  });

  it.each<readonly [string, Partial<IncomingRecord>, string]>([
    ['bytes that are no text', { value: 'gIGC', encoding: 'base64' }, 'the value is not UTF-8 text'],
    ['a batch that cannot be decoded', { undecodable: 'compressed with codec 6' }, 'compressed with codec 6'],
    ['no headers', { headers: {} }, 'header ce_id is missing'],
    ['no key, no value and no headers', { key: '', value: null, headers: {} }, 'header ce_id is missing'],
    ['JSON of another form', { value: 'null' }, 'io.tessera.inference.created.v1: '],
    [
      'JSON that is nested without end',
      { value: '['.repeat(1_000_000) },
      'io.tessera.inference.created.v1: ',
    ],
  ])('dead-letters %s with the cause and continues after it', async (_what, change, cause) => {
    const seen: string[] = [];
    const foreign = record(0, 1, change);
    const { published, failure } = await consume([foreign, record(0, 2), record(1, 1)], {
      handle: async (_decoded, { offset }) => void seen.push(offset),
    });
    expect(failure).toBeUndefined();
    expect(seen.sort()).toEqual(['02', '11']);
    expect(published.map(({ value, encoding }) => ({ value, encoding }))).toEqual([
      { value: foreign.value, encoding: foreign.encoding },
    ]);
    expect(published[0]?.headers['x-error']).toContain(cause);
  });

  it.each(['io.tessera.inference.created.v2', 'com.example.order'])(
    'dead-letters the type %s, which another version or producer knows',
    async (type) => {
      const { headers } = record(0, 1);
      const { published, failure } = await consume(
        [record(0, 1, { headers: { ...headers, ce_type: type } })],
        { handle: async () => undefined },
      );
      expect(failure).toBeUndefined();
      expect(published[0]?.headers['x-error']).toBe(`unknown event type "${type}"`);
    },
  );

  it('dead-letters an event of another version of CloudEvents', async () => {
    const { headers } = record(0, 1);
    const { published } = await consume([record(0, 1, { headers: { ...headers, ce_specversion: '2.0' } })], {
      handle: async () => undefined,
    });
    expect(published[0]?.headers['x-error']).toContain('CloudEvents 2.0');
  });

  it('dead-letters a record that its dead-letter topic does not take without the content', async () => {
    const large = record(0, 1, { value: 'x'.repeat(20_000) });
    const headers = { ...large.headers, 'x-large': 'y'.repeat(20_000) };
    const { published, failure } = await consume(
      [{ ...large, headers }, record(0, 2, { value: '{' })],
      { handle: async () => undefined },
      new AbortController().signal,
      10_000,
    );
    expect(failure).toBeUndefined();
    const [small, cover] = published;
    expect(small).toMatchObject({ value: '{', headers: { 'x-original-offset': '02' } });
    expect(cover).toMatchObject({
      value: null,
      headers: {
        ce_id: '0/1',
        'x-original-offset': '01',
        'x-error': expect.stringContaining('not JSON'),
        'x-content-left-out': expect.stringMatching(
          /^the record has 4\d{4} bytes, more than the limit of events.dlq$/,
        ),
      },
    });
    expect(cover?.headers['x-large']).toBeUndefined();
  });

  it('is redelivered as a whole when a dependency is unavailable, and dead-letters nothing', async () => {
    const { published, failure } = await consume([record(0, 1)], {
      handle: async () => {
        throw new Away('the database is unavailable');
      },
    });
    expect(failure).toBeInstanceOf(Away);
    expect(published).toEqual([]);
  });

  it('is released when the subscription stops', async () => {
    const stopping = new AbortController();
    const seen: string[] = [];
    const { failure } = await consume(
      [record(0, 1), record(0, 2)],
      {
        handle: async (_decoded, { offset }) => {
          seen.push(offset);
          stopping.abort();
        },
      },
      stopping.signal,
    );
    expect(seen).toEqual(['01']);
    expect(String(failure)).toContain('will be redelivered');
  });

  it('reaches a batch handler without duplicate events', async () => {
    const seen: string[][] = [];
    await consume([record(0, 1), record(0, 1, { offset: '09' }), record(0, 2)], {
      handleBatch: async (events) => void seen.push(events.map((one) => one.record.offset)),
    });
    expect(seen).toEqual([['01', '02']]);
  });

  it('is split when one of its messages fails a batch handler', async () => {
    const done: string[] = [];
    const { published } = await consume([record(0, 1), record(0, 2), record(1, 1)], {
      handleBatch: async (events) => {
        const offsets = events.map((one) => one.record.offset);
        if (offsets.includes('02')) throw new RangeError('too large');
        done.push(...offsets);
      },
    });
    expect(done.sort()).toEqual(['01', '11']);
    expect(published.map(({ headers }) => headers['x-original-offset'])).toEqual(['02']);
  });
});
