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

  it('gives urgent keys first, and leaves a quarter to the others', () => {
    const queue = new WorkQueue();
    for (let index = 0; index < 8; index += 1) queue.add(`usual-${index}`, 0);
    for (let index = 0; index < 8; index += 1) queue.addUrgent(`urgent-${index}`, 0);
    expect(queue.take(0, 4)).toEqual(['urgent-0', 'urgent-1', 'urgent-2', 'usual-0']);
    expect(queue.take(0, 8)).toEqual([
      ...['urgent-3', 'urgent-4', 'urgent-5', 'urgent-6', 'urgent-7'],
      ...['usual-1', 'usual-2', 'usual-3'],
    ]);
    expect(queue.take(0, 8)).toHaveLength(4);
  });

  it('has a key in one place, where it became urgent in front', () => {
    const queue = new WorkQueue();
    queue.add('first', 0);
    queue.add('late', 90);
    queue.addUrgent('late', 50);
    queue.add('late', 20);
    expect(queue.size).toBe(2);
    expect(queue.take(19, 10)).toEqual(['first']);
    expect(queue.take(20, 10)).toEqual(['late']);
    expect(queue.size).toBe(0);
  });

  it('leaves busy keys where they are, and takes no more of the others than there is room for', () => {
    const queue = new WorkQueue();
    queue.addUrgent('urgent-busy', 0);
    queue.addUrgent('urgent', 0);
    for (const key of ['busy', 'a', 'b']) queue.add(key, 0);
    const isBusy = (key: string): boolean => key.endsWith('busy');
    expect(queue.take(0, 10, { others: 1, isBusy })).toEqual(['urgent', 'a']);
    expect(queue.waitMs(0, { others: 0, isBusy })).toBeUndefined();
    expect(queue.waitMs(0, { others: 1, isBusy })).toBe(0);
    expect(queue.take(0, 10)).toEqual(['urgent-busy', 'busy', 'b']);
  });

  it('never says a negative wait', () => {
    const queue = new WorkQueue();
    queue.add('a', 5);
    expect(queue.waitMs(100)).toBe(0);
  });
});
