import type { FeedAnswer, FeedSnapshot } from '@tessera/contracts-internal/gateway';
import { silentLogger } from '@tessera/platform-logging';
import { eventually } from '@tessera/testing-services/eventually';
import { Feed } from './feed';

const snapshot = (name: string): FeedSnapshot => ({
  keys: [],
  subjects: [{ id: name, kind: 'user', name, secretVersion: 1 }],
});

/** A feed whose source answers one request after the other, as the spec writes them. */
function feedFixture() {
  const asked: (string | undefined)[] = [];
  const received: string[] = [];
  const pauses: number[] = [];
  let answers: ((answer: FeedAnswer | Error) => void)[] = [];
  const feed = new Feed({
    source: {
      ask: (since, signal) =>
        new Promise((resolve, reject) => {
          asked.push(since);
          answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    },
    onSnapshot: ({ subjects }) => received.push(subjects[0]?.name ?? ''),
    logger: silentLogger,
    pacing: {
      backoffMs: (failures) => failures,
      pause: (ms) => {
        pauses.push(ms);
        return Promise.resolve();
      },
    },
  });
  const answer = async (next: FeedAnswer | Error): Promise<void> => {
    await eventually(() => expect(answers).toHaveLength(1));
    const [give] = answers;
    answers = [];
    give?.(next);
    await eventually(() => expect(answers).toHaveLength(1));
  };
  return { feed, asked, received, pauses, answer };
}

describe('the feed of a gateway', () => {
  it('receives everything first, and then asks for what is new since', async () => {
    const { feed, asked, received, answer } = feedFixture();
    expect(feed.notReady()).toBeDefined();
    feed.start();
    await answer({ version: '1', snapshot: snapshot('ada') });
    expect(feed.notReady()).toBeUndefined();
    await answer({ version: '1' });
    await answer({ version: '2', snapshot: snapshot('bob') });
    expect(asked).toEqual([undefined, '1', '1', '2']);
    expect(received).toEqual(['ada', 'bob']);
    await feed.stop();
  });

  it('keeps the last snapshot while the API cannot be reached, with backoff, and then continues', async () => {
    const { feed, asked, received, pauses, answer } = feedFixture();
    feed.start();
    await answer({ version: '1', snapshot: snapshot('ada') });
    for (let failures = 0; failures < 3; failures += 1) await answer(new Error('away'));
    expect(pauses).toEqual([1, 2, 3]);
    await answer({ version: '2', snapshot: snapshot('bob') });
    await answer(new Error('away'));
    expect(pauses).toEqual([1, 2, 3, 1]);
    expect(asked).toEqual([undefined, '1', '1', '1', '1', '2', '2']);
    expect(received).toEqual(['ada', 'bob']);
    await feed.stop();
  });

  it('does not keep a gateway from serving while the API cannot be reached', async () => {
    const { feed, answer } = feedFixture();
    feed.start();
    await answer(new Error('away'));
    expect(feed.notReady()).toBeUndefined();
    await feed.stop();
  });

  it('asks again for what could not be applied', async () => {
    const { feed, asked, answer } = feedFixture();
    feed.start();
    await answer({ version: '1', snapshot: { keys: [], subjects: null } as unknown as FeedSnapshot });
    expect(asked).toEqual([undefined, undefined]);
    await feed.stop();
  });
});
