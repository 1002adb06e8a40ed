import { KvCache, type CachedPrompt } from './kv-cache';

/** How fast the engine of a model server is, and what it keeps. */
export interface EngineSettings {
  /** Prompt tokens computed per second, of all requests together; Infinity: prompts cost no time. */
  readonly prefillTokensPerSecond: number;
  /** Tokens per second of each answer; Infinity: they cost no time. */
  readonly decodeTokensPerSecond: number;
  /** Blocks of 16 tokens in the prefix cache; 0: nothing is kept. */
  readonly cacheBlocks: number;
}

/** What became of a request in the engine. */
export interface Generation {
  readonly promptTokens: number;
  /** Prompt tokens that the prefix cache had. */
  readonly cachedTokens: number;
  /** From the arrival to the first token, ms. */
  readonly firstTokenMs: number;
  /** From one token to the next, ms. */
  readonly tokenMs: number;
  /** The answer has ended, or the client has left; further calls do nothing. */
  readonly end: () => void;
}

/** Counters of an engine since it started, in tokens where nothing else stands. */
export interface EngineFigures {
  /** Prompt tokens looked up in the prefix cache. */
  readonly cacheQueries: number;
  /** Of them, those it had. */
  readonly cacheHits: number;
  /** Share of the cache that running prompts use, between 0 and 1. */
  readonly cacheUsage: number;
  /** Requests with a prompt. */
  readonly prompts: number;
  /** Sum of the times from their arrival to the first token, ms. */
  readonly firstTokenMs: number;
}

/**
 * The timing of an inference engine: prompts are computed one after the other, without what the prefix cache has of them;
 * answers are generated side by side. Deterministic: times are passed in, ms of any origin.
 */
export class Engine {
  private readonly cache: KvCache;
  /** When the prompts that have arrived are computed. */
  private prefilledAt = 0;
  private queries = 0;
  private hits = 0;
  private prompts = 0;
  private firstTokenMs = 0;

  constructor(private readonly settings: EngineSettings) {
    this.cache = new KvCache(settings.cacheBlocks);
  }

  get figures(): EngineFigures {
    const { queries: cacheQueries, hits: cacheHits, prompts, firstTokenMs } = this;
    return { cacheQueries, cacheHits, cacheUsage: this.cache.usage, prompts, firstTokenMs };
  }

  begin(prompt: string, now: number): Generation {
    const held = this.cache.begin(prompt);
    this.queries += held.tokens;
    this.hits += held.cachedTokens;
    const { prefillTokensPerSecond, decodeTokensPerSecond } = this.settings;
    const computed = held.tokens - held.cachedTokens;
    this.prefilledAt = Math.max(now, this.prefilledAt) + (computed / prefillTokensPerSecond) * 1_000;
    const tokenMs = 1_000 / decodeTokensPerSecond;
    const firstTokenMs = this.prefilledAt - now + tokenMs;
    if (held.tokens > 0) this.prompts += 1;
    if (held.tokens > 0) this.firstTokenMs += firstTokenMs;
    return {
      promptTokens: held.tokens,
      cachedTokens: held.cachedTokens,
      firstTokenMs,
      tokenMs,
      end: this.endOnce(held),
    };
  }

  private endOnce(held: CachedPrompt): () => void {
    let ended = false;
    return () => {
      if (!ended) this.cache.end(held);
      ended = true;
    };
  }
}
