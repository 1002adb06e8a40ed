import { WorkQueue, type Capacity, type DueKeys } from './work-queue';

const CAPACITY: Capacity = { urgent: 10, others: 10, isBusy: () => false };
const NOTHING: DueKeys = { urgent: [], others: [] };
const others = (...keys: readonly string[]): DueKeys => ({ urgent: [], others: keys });

describe('the work queue', () => {
  it('holds a key once, at its earliest time', () => {
    const queue = new WorkQueue();
    queue.add('a', 50);
    queue.add('a', 10);
    queue.add('a', 90);
    expect(queue.size).toBe(1);
    expect(queue.waitMs(0)).toBe(10);
    expect(queue.take(9)).toEqual(NOTHING);
    expect(queue.take(10)).toEqual(others('a'));
    expect(queue.waitMs(10)).toBeUndefined();
  });

  it('reports how many keys are due, and since when', () => {
    const queue = new WorkQueue();
    expect(queue.backlog(100)).toEqual({ keys: 0, oldestMs: 0 });
    queue.add('a', 50);
    queue.addUrgent('b', 20);
    queue.add('later', 101);
    expect(queue.backlog(100)).toEqual({ keys: 2, oldestMs: 80 });
    queue.take(100);
    expect(queue.backlog(100)).toEqual({ keys: 0, oldestMs: 0 });
  });

  it('returns each kind up to its capacity, in order of arrival', () => {
    const queue = new WorkQueue();
    for (const key of ['a', 'b', 'c']) queue.add(key, 0);
    for (const key of ['d', 'e']) queue.addUrgent(key, 0);
    const capacity = { ...CAPACITY, urgent: 1, others: 2 };
    expect(queue.take(0, capacity)).toEqual({ urgent: ['d'], others: ['a', 'b'] });
    expect(queue.take(0, capacity)).toEqual({ urgent: ['e'], others: ['c'] });
  });

  it('starves no key, however many urgent keys there are', () => {
    const queue = new WorkQueue();
    queue.add('usual', 0);
    for (let index = 0; index < 8; index += 1) queue.addUrgent(`urgent-${index}`, 0);
    expect(queue.take(0, { ...CAPACITY, urgent: 0, others: 1 })).toEqual(others('usual'));
  });

  it('holds a key in one queue, the urgent one once it is urgent', () => {
    const queue = new WorkQueue();
    queue.add('first', 0);
    queue.add('late', 90);
    queue.addUrgent('late', 50);
    queue.add('late', 20);
    expect(queue.size).toBe(2);
    expect(queue.take(19)).toEqual(others('first'));
    expect(queue.take(20)).toEqual({ urgent: ['late'], others: [] });
    expect(queue.size).toBe(0);
  });

  it('leaves busy keys where they are', () => {
    const queue = new WorkQueue();
    queue.addUrgent('urgent-busy', 0);
    queue.addUrgent('urgent', 0);
    for (const key of ['busy', 'a', 'b']) queue.add(key, 0);
    const isBusy = (key: string): boolean => key.endsWith('busy');
    expect(queue.take(0, { urgent: 10, others: 1, isBusy })).toEqual({ urgent: ['urgent'], others: ['a'] });
    expect(queue.waitMs(0, { urgent: 10, others: 0, isBusy })).toBeUndefined();
    expect(queue.waitMs(0, { urgent: 10, others: 1, isBusy })).toBe(0);
    expect(queue.take(0)).toEqual({ urgent: ['urgent-busy'], others: ['busy', 'b'] });
  });

  it('waits for capacity of a kind that has none', () => {
    const queue = new WorkQueue();
    queue.addUrgent('urgent', 0);
    expect(queue.take(0, { ...CAPACITY, urgent: 0 })).toEqual(NOTHING);
    expect(queue.waitMs(0, { ...CAPACITY, urgent: 0 })).toBeUndefined();
    expect(queue.waitMs(0, CAPACITY)).toBe(0);
  });

  it('counts the urgent keys that could start', () => {
    const queue = new WorkQueue();
    queue.add('usual', 0);
    for (const [index, at] of [0, 10, 20].entries()) queue.addUrgent(`urgent-${index}`, at);
    expect(queue.urgentDue(10, 5, CAPACITY.isBusy)).toBe(2);
    expect(queue.urgentDue(20, 2, CAPACITY.isBusy)).toBe(2);
    expect(queue.urgentDue(20, 5, (key) => key === 'urgent-0')).toBe(2);
  });

  it('never returns a negative wait', () => {
    const queue = new WorkQueue();
    queue.add('a', 5);
    expect(queue.waitMs(100)).toBe(0);
  });

  it('returns what changed before thousands that wait for capacity or are only looked at again', () => {
    const queue = new WorkQueue();
    for (let index = 0; index < 5_000; index += 1) queue.add(`waiting-${index}`, 0, 'freed');
    for (let index = 0; index < 5_000; index += 1) queue.add(`any-${index}`, 0, 'resync');
    for (let index = 0; index < 20; index += 1) queue.add(`changed-${index}`, 0);
    const { others: first } = queue.take(0, { ...CAPACITY, others: 32 });
    expect(first.filter((key) => key.startsWith('changed'))).toHaveLength(20);
  });

  it('starves no priority, however many keys the others have', () => {
    const queue = new WorkQueue();
    for (const priority of ['changed', 'freed', 'resync'] as const)
      for (let index = 0; index < 100; index += 1) queue.add(`${priority}-${index}`, 0, priority);
    const taken = Array.from({ length: 32 }, () => queue.take(0, { ...CAPACITY, others: 1 }).others).flat();
    const of = (priority: string): number => taken.filter((key) => key.startsWith(priority)).length;
    expect([of('changed'), of('freed'), of('resync')]).toEqual([20, 8, 4]);
  });

  it('holds a key at the highest priority that it was added with', () => {
    const queue = new WorkQueue();
    queue.add('a', 0, 'resync');
    queue.add('a', 5, 'freed');
    queue.add('b', 0, 'freed');
    queue.add('b', 0, 'resync');
    expect([queue.size, queue.waitMs(0)]).toEqual([2, 0]);
    expect(queue.take(0)).toEqual(others('a', 'b'));
  });
});
