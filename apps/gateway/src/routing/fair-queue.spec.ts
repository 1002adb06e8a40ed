import fc from 'fast-check';
import { PRIORITIES, type Priority } from '@tessera/contracts-internal/gateway';
import { FairQueue, type Requester } from './fair-queue';

const of = (caller: string, priority: Priority = 'normal'): Requester => ({ caller, priority });

/** A queue in which each caller has so many requests, and who gets the places, in order. */
function queueOf(
  waiting: readonly (readonly [requester: Requester, requests: number])[],
): FairQueue<Request> {
  const queue = new FairQueue<Request>();
  for (const [requester, requests] of waiting)
    for (let index = 0; index < requests; index += 1) queue.add(requester, { requester });
  return queue;
}
interface Request {
  readonly requester: Requester;
}
const places = (queue: FairQueue<Request>, count: number): string[] =>
  Array.from({ length: count }, () => queue.take()?.requester.caller ?? 'nobody');
const priorities = fc.constantFrom(...PRIORITIES);

describe('the order of waiting requests', () => {
  it('keeps that of arrival for one caller', () => {
    const queue = new FairQueue<number>();
    for (const item of [1, 2, 3]) queue.add(of('a'), item);
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([1, 2, 3, undefined]);
  });

  it('gives callers slots in turn', () => {
    const queue = queueOf([
      [of('noisy'), 1_000],
      [of('b'), 2],
      [of('c'), 1],
    ]);
    expect(places(queue, 6)).toEqual(['noisy', 'b', 'c', 'noisy', 'b', 'noisy']);
  });

  it('lets one request wait for one round at most behind a caller with a thousand', () => {
    const queue = queueOf([[of('noisy'), 1_000]]);
    places(queue, 500);
    queue.add(of('quiet'), { requester: of('quiet') });
    expect(places(queue, 2)).toEqual(['noisy', 'quiet']);
  });

  it('gives the classes slots as 16 : 4 : 1, so that none starves', () => {
    const queue = queueOf([
      [of('l', 'low'), 1_000],
      [of('n', 'normal'), 1_000],
      [of('h', 'high'), 1_000],
    ]);
    const got = places(queue, 210);
    expect(['h', 'n', 'l'].map((caller) => got.filter((one) => one === caller).length)).toEqual([
      160, 40, 10,
    ]);
    expect(got[0]).toBe('h');
  });

  it('gives a class that was empty no slots for that time', () => {
    const queue = queueOf([[of('h', 'high'), 1_000]]);
    places(queue, 400);
    for (let index = 0; index < 100; index += 1) queue.add(of('l', 'low'), { requester: of('l', 'low') });
    expect(places(queue, 34).filter((one) => one === 'l').length).toBeLessThanOrEqual(3);
  });

  it('names the caller with the most requests, and its latest', () => {
    const queue = new FairQueue<number>();
    for (const item of [1, 2, 3]) queue.add(of('a'), item);
    for (const item of [4, 5, 6]) queue.add(of('b', 'low'), item);
    expect(queue.longest()).toEqual({ requester: of('b', 'low'), waiting: 3 });
    expect(queue.latestOf(of('b', 'low'))).toBe(6);
    expect(queue.remove(of('b', 'low'), 6)).toBe(true);
    expect(queue.remove(of('b', 'low'), 6)).toBe(false);
    expect([queue.longest()?.requester.caller, queue.size, [...queue]]).toEqual(['a', 5, [1, 2, 3, 4, 5]]);
  });

  it('gives waiting callers of one class the same number of slots ± 1', () => {
    const property = fc.property(
      priorities,
      fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 20 }),
      (priority, waiting, rounds) => {
        const queue = queueOf(waiting.map((requests, name) => [of(String(name), priority), requests]));
        const got = places(queue, rounds * waiting.length - 1);
        const shares = waiting.map((_, name) => got.filter((one) => one === String(name)).length);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      },
    );
    fc.assert(property, { seed: 20_261_130, numRuns: 300 });
  });

  it('serves the first request of a caller after at most one slot for each other caller, whatever came before', () => {
    const step = fc.record({ caller: fc.nat(8), priority: priorities, add: fc.nat(9), take: fc.nat(6) });
    const property = fc.property(fc.array(step, { maxLength: 80 }), priorities, (steps, priority) => {
      const queue = new FairQueue<Request>();
      for (const { caller, priority: its, add, take } of steps) {
        for (let index = 0; index < add; index += 1)
          queue.add(of(String(caller), its), { requester: of(String(caller), its) });
        places(queue, take);
      }
      const others = new Set(
        [...queue].filter((one) => one.requester.priority === priority).map((one) => one.requester.caller),
      );
      const mine = { requester: of('new', priority) };
      queue.add(mine.requester, mine);
      let before = 0;
      for (let next = queue.take(); next !== undefined && next !== mine; next = queue.take())
        if (next.requester.priority === priority) before += 1;
      expect(before).toBeLessThanOrEqual(others.size);
    });
    fc.assert(property, { seed: 20_261_130, numRuns: 500 });
  });

  it('starves no class while others have requests', () => {
    const property = fc.property(fc.array(priorities, { minLength: 1, maxLength: 40 }), (arrivals) => {
      const queue = queueOf([
        [of('h', 'high'), 200],
        [of('n', 'normal'), 200],
        [of('l', 'low'), 200],
      ]);
      let since = 0;
      for (const priority of [...arrivals, ...arrivals]) {
        queue.add(of(`more-${priority}`, priority), { requester: of('more', priority) });
        since = queue.take()?.requester.priority === 'low' ? 0 : since + 1;
        expect(since).toBeLessThanOrEqual(21);
      }
    });
    fc.assert(property, { seed: 20_261_130, numRuns: 300 });
  });
});
