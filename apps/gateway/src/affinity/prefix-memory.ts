/** Replicas that are remembered for one block; of more copies the latest count. */
const MOST_HOLDERS = 4;

/** Uids of replicas, the latest first. */
type Holders = readonly string[];

/**
 * Which replicas of one workload have seen which beginnings of prompts, each by its hash. At most `limit` blocks, two or more: the
 * younger half is kept whole, of the older one what is used again.
 */
export class PrefixMemory {
  private young = new Map<number, Holders>();
  private old: ReadonlyMap<number, Holders> = new Map();
  /** One list for each replica, which most blocks share. */
  private readonly alone = new Map<string, Holders>();

  constructor(private readonly limit: number) {}

  /** Blocks that are remembered; a block that is used again may count twice for a while. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** How many blocks from the beginning on each replica has seen, by its uid; those that have seen none are missing. */
  seen(hashes: readonly number[]): ReadonlyMap<string, number> {
    const blocks = new Map<string, number>();
    for (let index = 0; index < hashes.length; index += 1) {
      const holders = this.holdersOf(hashes[index] ?? 0);
      if (holders === undefined) break;
      for (const uid of holders) blocks.set(uid, index + 1);
    }
    return blocks;
  }

  /** The replica gets a prompt with these beginnings. */
  learn(hashes: readonly number[], uid: string): void {
    for (const hash of hashes) {
      const known = this.holdersOf(hash);
      const holders = known?.includes(uid) === true ? known : this.with(uid, known);
      if (this.young.get(hash) === holders) continue;
      if (this.young.size >= Math.floor(this.limit / 2) && !this.young.has(hash)) this.grow();
      this.young.set(hash, holders);
    }
  }

  /** The replica is gone; its blocks leave as they become old. */
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

  private grow(): void {
    this.old = this.young;
    this.young = new Map();
  }
}

export interface PrefixMemoryLimits {
  /** Most blocks of one workload. */
  readonly each: number;
  /** Most blocks of all workloads; at least twice those of one. */
  readonly total: number;
}

/** The prefix memories of all workloads, within a common limit: what goes is that of the workload unused the longest. */
export class PrefixMemories {
  /** By workload, the longest unused first. */
  private readonly memories = new Map<object, PrefixMemory>();
  private blocks = 0;

  constructor(private readonly limits: PrefixMemoryLimits) {}

  /** Blocks that are remembered of all workloads. */
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

  /** The workload is gone, or one of its replicas. */
  forget(workload: object, uid?: string): void {
    const memory = this.memories.get(workload);
    if (memory === undefined) return;
    if (uid !== undefined) return memory.forget(uid);
    this.blocks -= memory.size;
    this.memories.delete(workload);
  }
}
