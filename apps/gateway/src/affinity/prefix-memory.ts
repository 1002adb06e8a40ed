/** Maximum number of replicas recorded for one block; the latest are kept. */
const MOST_HOLDERS = 4;

/** Uids of replicas, the latest first. */
type Holders = readonly string[];

/**
 * Records which replicas of one workload have seen which beginnings of prompts, by the hashes of their blocks. A cache
 * of two generations with at most `limit` (two or more) blocks: when the young one is full it becomes the old one, and
 * blocks that were not used since are dropped.
 */
export class PrefixMemory {
  private young = new Map<number, Holders>();
  private old: ReadonlyMap<number, Holders> = new Map();
  /** One list for each replica, which most blocks share. */
  private readonly alone = new Map<string, Holders>();

  constructor(private readonly limit: number) {}

  /** Number of recorded blocks; a block may count twice while it is in both generations. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /**
   * How many blocks from the beginning each replica has seen, by its uid; replicas that have seen none are left out.
   */
  seen(hashes: readonly number[]): ReadonlyMap<string, number> {
    const blocks = new Map<string, number>();
    for (let index = 0; index < hashes.length; index += 1) {
      const holders = this.holdersOf(hashes[index] ?? 0);
      if (holders === undefined) break;
      for (const uid of holders) blocks.set(uid, index + 1);
    }
    return blocks;
  }

  /** Records that the replica gets a prompt with these blocks. */
  learn(hashes: readonly number[], uid: string): void {
    for (const hash of hashes) {
      const known = this.holdersOf(hash);
      const holders = known?.includes(uid) === true ? known : this.with(uid, known);
      if (this.young.get(hash) === holders) continue;
      if (this.young.size >= Math.floor(this.limit / 2) && !this.young.has(hash)) this.startGeneration();
      this.young.set(hash, holders);
    }
  }

  /** The replica was removed; its blocks are dropped with their generation. */
  forget(uid: string): void {
    this.alone.delete(uid);
  }

  private holdersOf(hash: number): Holders | undefined {
    return this.young.get(hash) ?? this.old.get(hash);
  }

  private with(uid: string, others: Holders = []): Holders {
    if (others.length > 0) return [uid, ...others].slice(0, MOST_HOLDERS);
    const known = this.alone.get(uid);
    if (known !== undefined) return known;
    const holders = [uid];
    this.alone.set(uid, holders);
    return holders;
  }

  private startGeneration(): void {
    this.old = this.young;
    this.young = new Map();
  }
}

export interface PrefixMemoryLimits {
  /** Maximum blocks of one workload. */
  readonly each: number;
  /** Maximum blocks of all workloads; at least twice `each`. */
  readonly total: number;
}

/** The prefix memories of all workloads within a common limit: the least recently used workload is evicted first. */
export class PrefixMemories {
  /** By workload, the least recently used first. */
  private readonly memories = new Map<object, PrefixMemory>();
  private blocks = 0;

  constructor(private readonly limits: PrefixMemoryLimits) {}

  /** Number of recorded blocks of all workloads. */
  get size(): number {
    return this.blocks;
  }

  seen(workload: object, hashes: readonly number[]): ReadonlyMap<string, number> {
    return this.memories.get(workload)?.seen(hashes) ?? new Map<string, number>();
  }

  learn(workload: object, hashes: readonly number[], uid: string): void {
    if (hashes.length === 0) return;
    const memory = this.memories.get(workload) ?? new PrefixMemory(this.limits.each);
    const before = memory.size;
    memory.learn(hashes, uid);
    this.blocks += memory.size - before;
    this.memories.delete(workload);
    this.memories.set(workload, memory);
    for (const oldest of this.memories.keys()) {
      if (this.blocks <= this.limits.total) return;
      this.forget(oldest);
    }
  }

  /** The workload was removed; or, with `uid`, one of its replicas. */
  forget(workload: object, uid?: string): void {
    const memory = this.memories.get(workload);
    if (memory === undefined) return;
    if (uid !== undefined) return memory.forget(uid);
    this.blocks -= memory.size;
    this.memories.delete(workload);
  }
}
