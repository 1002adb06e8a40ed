import { AtScrape } from './at-scrape';

/** A service of which each test decides what it answers. */
function remote() {
  const state = { now: 0, asked: 0, reply: async (): Promise<number> => 1 };
  const read = (): Promise<number> => {
    state.asked += 1;
    return state.reply();
  };
  const frozen = (): Promise<number> => new Promise(() => undefined);
  return { state, frozen, atScrape: new AtScrape(read, { limitMs: 5, now: () => state.now }) };
}

describe('what is read from another service at a scrape', () => {
  it('is read once for all gauges of the scrape, and again at the next one', async () => {
    const { state, atScrape } = remote();
    expect(await Promise.all([atScrape.answer(), atScrape.answer()])).toEqual([1, 1]);
    expect(state.asked).toBe(1);
    state.reply = async () => 2;
    expect(await atScrape.answer()).toBe(2);
  });

  it.each([
    ['fails', async (): Promise<number> => Promise.reject(new Error('gone'))],
    ['does not answer', remote().frozen],
  ])('is the last answer for 30 s where the service %s, and then nothing', async (_how, reply) => {
    const { state, atScrape } = remote();
    await atScrape.answer();
    state.reply = reply;
    state.now = 29_999;
    expect(await atScrape.answer()).toBe(1);
    state.now = 30_000;
    expect(await atScrape.answer()).toBeUndefined();
  });

  it('is not asked for twice while an answer is outstanding', async () => {
    const { state, frozen, atScrape } = remote();
    state.reply = frozen;
    expect(await atScrape.answer()).toBeUndefined();
    expect(await atScrape.answer()).toBeUndefined();
    expect(state.asked).toBe(1);
  });
});
