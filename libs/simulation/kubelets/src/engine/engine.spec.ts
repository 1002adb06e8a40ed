import fc from 'fast-check';
import { Engine } from './engine';
import { KvCache } from './kv-cache';
import { parsed, promptOf } from './prompt';

/** A prompt of so many tokens of four characters. */
const prompt = (tokens: number, name = 'a'): string => name.repeat(tokens * 4);

const FAST = { prefillTokensPerSecond: 1_000, decodeTokensPerSecond: 100, cacheBlocks: 100 };

describe('the engine of a simulated model server', () => {
  it('needs less time for the first token the more of the prompt it has seen', () => {
    const engine = new Engine(FAST);
    const first = (text: string, now: number) => {
      const { firstTokenMs, cachedTokens, end } = engine.begin(text, now);
      end();
      return [cachedTokens, Math.round(firstTokenMs)];
    };
    expect(first(prompt(160), 0)).toEqual([0, 170]);
    expect(first(prompt(160), 1_000)).toEqual([159, 11]);
    expect(first(prompt(80) + prompt(80, 'b'), 2_000)).toEqual([80, 90]);
    expect(first(prompt(160, 'c'), 3_000)).toEqual([0, 170]);
    const { firstTokenMs, ...figures } = engine.figures;
    expect(figures).toEqual({ cacheQueries: 640, cacheHits: 239, cacheUsage: 0, prompts: 4 });
    expect(Math.round(firstTokenMs)).toBe(170 + 11 + 90 + 170);
  });

  it('computes prompts one after the other, and answers side by side', () => {
    const engine = new Engine({ ...FAST, cacheBlocks: 0 });
    const begun = ['a', 'b', 'c'].map((name) => engine.begin(prompt(100, name), 50));
    expect(begun.map(({ firstTokenMs }) => Math.round(firstTokenMs))).toEqual([110, 210, 310]);
    expect(begun.map(({ tokenMs }) => tokenMs)).toEqual([10, 10, 10]);
  });

  it('costs no time where no speed is given', () => {
    const engine = new Engine({
      prefillTokensPerSecond: Infinity,
      decodeTokensPerSecond: Infinity,
      cacheBlocks: 1,
    });
    expect(engine.begin(prompt(4_000), 7)).toMatchObject({ firstTokenMs: 0, tokenMs: 0 });
  });
});

describe('the prefix cache of a simulated model server', () => {
  it('forgets what was unused the longest, and of a prompt its end first', () => {
    const cache = new KvCache(10);
    const cached = (text: string): number => {
      const held = cache.begin(text);
      cache.end(held);
      return held.cachedTokens;
    };
    cached(prompt(96, 'a'));
    cached(prompt(64, 'b'));
    cached(prompt(32, 'c'));
    expect([cached(prompt(65, 'b')), cached(prompt(33, 'c')), cached(prompt(97, 'a'))]).toEqual([64, 32, 64]);
  });

  it('keeps what running prompts use, and states their share', () => {
    const cache = new KvCache(10);
    const running = cache.begin(prompt(128, 'a'));
    expect(cache.usage).toBe(0.8);
    const second = cache.begin(prompt(128, 'a'));
    cache.end(cache.begin(prompt(160, 'b')));
    cache.end(running);
    expect([cache.usage, cache.begin(prompt(129, 'a')).cachedTokens]).toEqual([0.8, 128]);
    expect(second.cachedTokens).toBe(127);
  });

  it('never has more blocks than it may, nor forgets a running one', () => {
    const step = fc.record({ name: fc.constantFrom('a', 'b', 'c'), tokens: fc.nat(200), ends: fc.nat(3) });
    fc.assert(
      fc.property(fc.nat(12), fc.array(step, { maxLength: 40 }), (capacity, steps) => {
        const cache = new KvCache(capacity);
        const open: ReturnType<KvCache['begin']>[] = [];
        for (const { name, tokens, ends } of steps) {
          open.push(cache.begin(prompt(tokens, name)));
          open.splice(0, ends).forEach((held) => cache.end(held));
          const pinned = new Set(open.flatMap(({ blocks }) => blocks));
          expect(cache.size).toBeLessThanOrEqual(capacity);
          expect(cache.usage).toBe(capacity === 0 ? 0 : pinned.size / capacity);
        }
      }),
    );
  });
});

describe('the prompt of a request', () => {
  const NESTED = `{"prompt":${'['.repeat(50_000)}"deep"${']'.repeat(50_000)}}`;

  it.each([
    {
      what: 'all texts of its messages',
      body: '{"messages":[{"role":"system","content":"Short."},{"role":"user","content":[{"text":"Hi"}]}]}',
      text: 'system\nShort.\nuser\nHi',
    },
    { what: 'the prompt of a completion', body: '{"prompt":"Once"}', text: 'Once' },
    { what: 'instructions before input', body: '{"input":"Hi","instructions":"Short."}', text: 'Short.\nHi' },
    { what: 'nothing of other members', body: '{"model":"chat"}', text: '' },
    { what: 'nothing where it is no JSON', body: 'no JSON', text: '' },
    { what: 'nothing where it is no object', body: 'null', text: '' },
    { what: 'nothing that is nested very deep', body: NESTED, text: '' },
  ])('is $what', ({ body, text }) => {
    expect(promptOf(parsed(body))).toBe(text);
  });
});
