import fc from 'fast-check';
import { PrefixMemories, PrefixMemory } from './prefix-memory';

const entries = (map: ReadonlyMap<string, number>) => Object.fromEntries(map);

describe('the memory of prompts', () => {
  it('knows of each replica how much of a prompt it has seen', () => {
    const memory = new PrefixMemory(100);
    memory.learn([1, 2, 3, 4], 'a');
    memory.learn([1, 2, 5], 'b');
    expect(entries(memory.seen([1, 2, 3, 9]))).toEqual({ a: 3, b: 2 });
    expect(entries(memory.seen([8, 2]))).toEqual({});
  });

  it('keeps the latest four replicas of a block', () => {
    const memory = new PrefixMemory(100);
    for (const uid of ['a', 'b', 'c', 'd', 'e']) memory.learn([1], uid);
    expect(Object.keys(entries(memory.seen([1]))).sort()).toEqual(['b', 'c', 'd', 'e']);
  });

  it('forgets what is not used again, and keeps what is', () => {
    const memory = new PrefixMemory(100);
    memory.learn([1, 2], 'a');
    for (let hash = 1_000; hash < 2_000; hash += 1) {
      memory.learn([hash], 'b');
      if (hash % 20 === 0) memory.learn([1], 'a');
    }
    expect(entries(memory.seen([1, 2]))).toEqual({ a: 1 });
  });

  it('never exceeds its limit, and reports no block that a replica has not seen', () => {
    const prompt = fc.array(fc.nat(50), { maxLength: 20 });
    const step = fc.record({ prompt, uid: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.array(step, { maxLength: 60 }), (limit, steps) => {
        const memory = new PrefixMemory(limit);
        const given: Record<string, Set<number>> = {};
        for (const { prompt: hashes, uid } of steps) {
          memory.learn(hashes, uid);
          for (const hash of hashes) (given[uid] ??= new Set()).add(hash);
          expect(memory.size).toBeLessThanOrEqual(limit);
          for (const [holder, blocks] of memory.seen(hashes))
            expect(given[holder]?.has(hashes[blocks - 1] ?? -1)).toBe(true);
        }
      }),
    );
  });
});

describe('the memories of all workloads', () => {
  const sizes = { each: 50, total: 100 };
  const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

  it('stay within their common limit: the least recently used workload is evicted', () => {
    const memories = new PrefixMemories(sizes);
    const [one, two, three] = [{ of: 1 }, { of: 2 }, { of: 3 }];
    memories.learn(one, numbers(0, 40), 'a');
    memories.learn(two, numbers(0, 40), 'a');
    memories.learn(one, [0], 'a');
    memories.learn(three, numbers(0, 40), 'a');
    const known = [one, two, three].map((workload) => memories.seen(workload, [0]).size);
    expect([known, memories.size <= 100]).toEqual([[1, 0, 1], true]);
  });

  it('count what they hold, whatever comes and goes', () => {
    const memories = new PrefixMemories(sizes);
    const workloads = numbers(0, 20).map((of) => ({ of }));
    for (let round = 0; round < 500; round += 1) {
      const workload = workloads[(round * 7) % 20] ?? {};
      memories.learn(workload, numbers((round * 13) % 97, round % 30), 'a');
      if (round % 11 === 0) memories.forget(workload);
      expect(memories.size).toBeLessThanOrEqual(sizes.total);
    }
    for (const workload of workloads) memories.forget(workload);
    expect(memories.size).toBe(0);
  });

  it('do not mix workloads', () => {
    const memories = new PrefixMemories(sizes);
    const [one, two] = [{ of: 1 }, { of: 2 }];
    memories.learn(one, [1, 2], 'a');
    expect(memories.seen(two, [1, 2]).size).toBe(0);
  });
});
