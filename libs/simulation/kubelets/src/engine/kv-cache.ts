import { prefixHashes } from '@tessera/domain-workload/prefix-hashes';

/** Characters that count as one token. */
const CHARACTERS = 4;
/** Tokens of a block, as vLLM has them. */
export const BLOCK_TOKENS = 16;
/** Longest prompt that is cached, blocks: 131,072 tokens. */
const MOST_BLOCKS = 8_192;

/** The number of tokens of a text, as far as a simulation needs it. */
export const tokensOf = (text: string): number => Math.ceil(text.length / CHARACTERS);

/** A prompt in the cache; its blocks stay until it is given back. */
export interface CachedPrompt {
  readonly tokens: number;
  /** Of them, those that need no computation: whole blocks, and never the last token. */
  readonly cachedTokens: number;
  readonly blocks: readonly number[];
}

/**
 * The prefix cache of an inference engine, after vLLM's automatic prefix caching: blocks of 16 tokens, each
 * identified by itself and all before it. A prompt uses the blocks that the cache has, and adds its others; where room is
 * short, those go that no running prompt uses, the longest unused first. Deterministic, at most `capacity` blocks.
 */
export class KvCache {
  /** How many running prompts use a block. */
  private readonly running = new Map<number, number>();
  /** Blocks that none uses, the longest unused first. */
  private readonly idle = new Set<number>();

  constructor(readonly capacity: number) {}

  /** Blocks in the cache. */
  get size(): number {
    return this.running.size + this.idle.size;
  }

  /** The share of the cache that running prompts use, between 0 and 1. */
  get usage(): number {
    return this.capacity === 0 ? 0 : this.running.size / this.capacity;
  }

  begin(prompt: string): CachedPrompt {
    const hashes = prefixHashes(prompt, { size: BLOCK_TOKENS * CHARACTERS, most: MOST_BLOCKS });
    const unknown = hashes.findIndex((hash) => !this.running.has(hash) && !this.idle.has(hash));
    const hits = unknown < 0 ? hashes.length : unknown;
    const blocks = hashes.filter((hash) => this.use(hash));
    const tokens = tokensOf(prompt);
    return { tokens, cachedTokens: Math.min(hits * BLOCK_TOKENS, Math.max(0, tokens - 1)), blocks };
  }

  /** The prompt does not run any more. Of its blocks the last go first when room is needed. */
  end({ blocks }: CachedPrompt): void {
    for (const block of [...blocks].reverse()) {
      const left = (this.running.get(block) ?? 1) - 1;
      if (left > 0) this.running.set(block, left);
      else {
        this.running.delete(block);
        this.idle.add(block);
      }
    }
  }

  /** Whether the block is in the cache now; without room it is not. */
  private use(block: number): boolean {
    const users = this.running.get(block) ?? 0;
    if (users === 0 && !this.idle.delete(block) && !this.ensureFree()) return false;
    this.running.set(block, users + 1);
    return true;
  }

  private ensureFree(): boolean {
    if (this.size < this.capacity) return true;
    const [oldest] = this.idle;
    return oldest !== undefined && this.idle.delete(oldest);
  }
}
