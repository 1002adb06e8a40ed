import { WorkQueue } from './work-queue';

describe('the work queue', () => {
  it('holds a key once, at its earliest time', () => {
    const queue = new WorkQueue();
    queue.add('a', 50);
    queue.add('a', 10);
    queue.add('a', 90);
    expect(queue.size).toBe(1);
    expect(queue.waitMs(0)).toBe(10);
    expect(queue.take(9, 10)).toEqual([]);
    expect(queue.take(10, 10)).toEqual(['a']);
    expect(queue.waitMs(10)).toBeUndefined();
  });

  it('gives at most the limit, in the order of arrival', () => {
    const queue = new WorkQueue();
    for (const key of ['a', 'b', 'c']) queue.add(key, 0);
    expect(queue.take(0, 2)).toEqual(['a', 'b']);
    expect(queue.take(0, 2)).toEqual(['c']);
  });

  it('never says a negative wait', () => {
    const queue = new WorkQueue();
    queue.add('a', 5);
    expect(queue.waitMs(100)).toBe(0);
  });
});
