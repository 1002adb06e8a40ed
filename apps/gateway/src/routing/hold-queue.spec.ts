import fc from 'fast-check';
import type { Requester } from './fair-queue';
import { HoldQueue, HoldSlots, type HoldOutcome } from './hold-queue';

const LONG_MS = 60_000;
const stays = (): AbortSignal => new AbortController().signal;
const of = (caller: string): Requester => ({ caller, priority: 'normal' });
const A = of('a');

describe('the hold queue', () => {
  it('gives one caller the free slots in the order of arrival', async () => {
    const queue = new HoldQueue<string>(10, new HoldSlots(10));
    const waits = ['1', '2', '3'].map(() => queue.wait(LONG_MS, stays(), A));
    const places = ['a', 'b'];
    queue.serve(() => places.shift());
    expect(await Promise.all(waits.slice(0, 2))).toEqual([{ backend: 'a' }, { backend: 'b' }]);
    expect(queue.size).toBe(1);
    queue.refuse('closed');
    expect(await waits[2]).toEqual({ refused: 'closed' });
  });

  it('refuses a request over its limit, and one over the limit of all queues, of a caller with no fewer than others', async () => {
    const slots = new HoldSlots(3);
    const [one, two] = [new HoldQueue(2, slots), new HoldQueue(2, slots)];
    const waits = [
      one.wait(LONG_MS, stays(), A),
      one.wait(LONG_MS, stays(), A),
      two.wait(LONG_MS, stays(), A),
    ];
    expect(await one.wait(LONG_MS, stays(), A)).toEqual({ refused: 'full' });
    expect(await two.wait(LONG_MS, stays(), A)).toEqual({ refused: 'full' });
    one.refuse('closed');
    waits.push(two.wait(LONG_MS, stays(), A));
    expect(two.size).toBe(2);
    two.refuse('closed');
    expect(await Promise.all(waits)).toEqual(Array(4).fill({ refused: 'closed' }));
  });

  it('frees the slot of a client that disconnects, and refuses one that has', async () => {
    const queue = new HoldQueue(1, new HoldSlots(1));
    const client = new AbortController();
    const wait = queue.wait(LONG_MS, client.signal, A);
    client.abort();
    expect(await wait).toEqual({ refused: 'left' });
    expect(await queue.wait(LONG_MS, client.signal, A)).toEqual({ refused: 'left' });
    const next = queue.wait(LONG_MS, stays(), A);
    expect(queue.size).toBe(1);
    queue.refuse('closed');
    await next;
  });

  it('is fair between callers', async () => {
    const queue = new HoldQueue<number>(100, new HoldSlots(100));
    const ends: string[] = [];
    const wait = (caller: string): unknown =>
      queue.wait(LONG_MS, stays(), of(caller)).then((end) => 'backend' in end && ends.push(caller));
    for (let index = 0; index < 50; index += 1) wait('noisy');
    wait('quiet');
    let places = 3;
    queue.serve(() => ((places -= 1) < 0 ? undefined : places));
    await Promise.resolve();
    queue.refuse('closed');
    await Promise.resolve();
    expect(ends).toEqual(['noisy', 'quiet', 'noisy']);
  });

  it('evicts from a full queue the latest request of the caller with the most, for a caller with fewer', async () => {
    const queue = new HoldQueue<string>(3, new HoldSlots(10));
    const noisy = ['1', '2', '3'].map(() => queue.wait(LONG_MS, stays(), A));
    expect(await queue.wait(LONG_MS, stays(), A)).toEqual({ refused: 'full' });
    const quiet = queue.wait(LONG_MS, stays(), of('b'));
    expect(await noisy[2]).toEqual({ refused: 'full' });
    const third = await queue.wait(LONG_MS, stays(), of('b'));
    expect([third, queue.size]).toEqual([{ refused: 'full' }, 3]);
    queue.refuse('closed');
    expect(await Promise.all([...noisy.slice(0, 2), quiet])).toEqual(Array(3).fill({ refused: 'closed' }));
  });

  it('evicts from the longest queue where all slots are taken, for another workload', async () => {
    const slots = new HoldSlots(3);
    const [one, two] = [new HoldQueue(10, slots), new HoldQueue(10, slots)];
    const noisy = ['1', '2', '3'].map(() => one.wait(LONG_MS, stays(), A));
    const other = two.wait(LONG_MS, stays(), A);
    expect(await noisy[2]).toEqual({ refused: 'full' });
    expect([one.size, two.size]).toEqual([2, 1]);
    for (const queue of [one, two]) queue.refuse('closed');
    expect(await Promise.all([...noisy.slice(0, 2), other])).toEqual(Array(3).fill({ refused: 'closed' }));
  });

  it('ends a wait with the reason of its signal', async () => {
    const queue = new HoldQueue(1, new HoldSlots(1));
    const deadline = new AbortController();
    const wait = queue.wait(LONG_MS, deadline.signal, A);
    deadline.abort('late');
    expect(await wait).toEqual({ refused: 'late' });
  });

  it('ends a wait at its limit', async () => {
    const queue = new HoldQueue(1, new HoldSlots(1));
    expect(await queue.wait(1, stays(), A)).toEqual({ refused: 'timeout' });
    expect(queue.size).toBe(0);
  });

  it('loses no request, keeps the order of each caller and its bounds, whatever happens in which order', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('arrive' as const), queue: fc.nat(1), caller: fc.nat(3) }),
      fc.record({ do: fc.constant('leave' as const), client: fc.nat(30) }),
      fc.record({ do: fc.constant('serve' as const), queue: fc.nat(1), places: fc.nat(4) }),
      fc.record({ do: fc.constant('refuse' as const), queue: fc.nat(1) }),
    );
    const LIMIT = 4;
    const TOTAL = 6;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const slots = new HoldSlots(TOTAL);
        const queues = [new HoldQueue<number>(LIMIT, slots), new HoldQueue<number>(LIMIT, slots)] as const;
        const clients: AbortController[] = [];
        const ends = new Map<number, HoldOutcome<number>>();
        const waits: Promise<unknown>[] = [];
        const arrivals: { readonly client: number; readonly from: string }[] = [];
        const served: number[] = [];
        let place = 0;
        for (const one of steps) {
          const index = 'queue' in one && one.queue === 1 ? 1 : 0;
          const queue = queues[index];
          if (one.do === 'arrive') {
            const client = clients.push(new AbortController()) - 1;
            const signal = clients[client]?.signal ?? stays();
            arrivals.push({ client, from: `${index}/${one.caller}` });
            waits.push(
              queue.wait(LONG_MS, signal, of(String(one.caller))).then((end) => {
                ends.set(client, end);
                if ('backend' in end) served.push(client);
              }),
            );
          } else if (one.do === 'leave') clients[one.client]?.abort();
          else if (one.do === 'refuse') queue.refuse('failed');
          else {
            let left = one.places;
            queue.serve(() => ((left -= 1) < 0 ? undefined : (place += 1)));
          }
          expect(queue.size).toBeLessThanOrEqual(LIMIT);
          expect(queues[0].size + queues[1].size).toBeLessThanOrEqual(TOTAL);
        }
        for (const queue of queues) queue.refuse('closed');
        await Promise.all(waits);
        expect(ends.size).toBe(clients.length);
        for (const from of new Set(arrivals.map((one) => one.from))) {
          const mine = arrivals.filter((one) => one.from === from).map(({ client }) => client);
          const places = served.filter((client) => mine.includes(client));
          expect(places).toEqual(mine.filter((client) => places.includes(client)));
        }
        expect([slots.reserve(queues[0], 0), queues[0].size + queues[1].size]).toEqual([true, 0]);
      }),
      { seed: 20_261_129, numRuns: 300 },
    );
  });
});
