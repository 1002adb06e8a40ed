import fc from 'fast-check';
import { HoldQueue, HoldSlots, type HoldEnd } from './hold-queue';

const LONG_MS = 60_000;
const stays = (): AbortSignal => new AbortController().signal;

describe('the hold queue', () => {
  it('gives places in the order of arrival, as many as there are', async () => {
    const queue = new HoldQueue<string>(10, new HoldSlots(10));
    const waits = ['1', '2', '3'].map(() => queue.wait(LONG_MS, stays()));
    const places = ['a', 'b'];
    queue.serve(() => places.shift());
    expect(await Promise.all(waits.slice(0, 2))).toEqual([{ backend: 'a' }, { backend: 'b' }]);
    expect(queue.size).toBe(1);
    queue.refuse('closed');
    expect(await waits[2]).toEqual({ refused: 'closed' });
  });

  it('refuses a request over its limit, and one over the limit of all queues', async () => {
    const slots = new HoldSlots(3);
    const [one, two] = [new HoldQueue(2, slots), new HoldQueue(2, slots)];
    const waits = [one.wait(LONG_MS, stays()), one.wait(LONG_MS, stays()), two.wait(LONG_MS, stays())];
    expect(await one.wait(LONG_MS, stays())).toEqual({ refused: 'full' });
    expect(await two.wait(LONG_MS, stays())).toEqual({ refused: 'full' });
    one.refuse('closed');
    waits.push(two.wait(LONG_MS, stays()));
    expect(two.size).toBe(2);
    two.refuse('closed');
    expect(await Promise.all(waits)).toEqual(Array(4).fill({ refused: 'closed' }));
  });

  it('frees the slot of a client that disconnects, and refuses one that has', async () => {
    const queue = new HoldQueue(1, new HoldSlots(1));
    const client = new AbortController();
    const wait = queue.wait(LONG_MS, client.signal);
    client.abort();
    expect(await wait).toEqual({ refused: 'left' });
    expect(await queue.wait(LONG_MS, client.signal)).toEqual({ refused: 'left' });
    const next = queue.wait(LONG_MS, stays());
    expect(queue.size).toBe(1);
    queue.refuse('closed');
    await next;
  });

  it('ends a wait at its limit', async () => {
    const queue = new HoldQueue(1, new HoldSlots(1));
    expect(await queue.wait(1, stays())).toEqual({ refused: 'timeout' });
    expect(queue.size).toBe(0);
  });

  it('loses no request, keeps the order and its bounds, whatever happens in which order', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('arrive' as const), queue: fc.nat(1) }),
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
        const ends = new Map<number, HoldEnd<number>>();
        const waits: Promise<unknown>[] = [];
        const arrivals: [number[], number[]] = [[], []];
        const served: [number[], number[]] = [[], []];
        let place = 0;
        for (const one of steps) {
          const index = 'queue' in one && one.queue === 1 ? 1 : 0;
          const queue = queues[index];
          if (one.do === 'arrive') {
            const client = clients.push(new AbortController()) - 1;
            const signal = clients[client]?.signal ?? stays();
            arrivals[index].push(client);
            waits.push(
              queue.wait(LONG_MS, signal).then((end) => {
                ends.set(client, end);
                if ('backend' in end) served[index].push(client);
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
        for (const index of [0, 1] as const)
          expect(served[index]).toEqual(arrivals[index].filter((one) => served[index].includes(one)));
        expect([slots.reserve(), queues[0].size + queues[1].size]).toEqual([true, 0]);
      }),
      { seed: 20_261_129, numRuns: 300 },
    );
  });
});
