import { knownWorkload, replica } from '../testing/gateway-fixture';
import { PrefixMemories } from '../affinity/prefix-memory';
import { HoldSlots } from './hold-queue';
import { Workload } from './workload';

const stays = (): AbortSignal => new AbortController().signal;
const CLAIM = { caller: 'a', priority: 'normal' } as const;
const LONG_MS = 60_000;

function fixture(limit?: number) {
  const clock = { now: 0 };
  let gateways = 1;
  const wakes: number[] = [];
  const workload = new Workload('p1', 'chat', {
    holdLimit: 2_000,
    slots: new HoldSlots(2_000),
    prefixes: new PrefixMemories({ each: 100, total: 200 }),
    onWake: () => wakes.push(clock.now),
    gateways: () => gateways,
    now: () => clock.now,
  });
  workload.applyOwner(knownWorkload(limit === undefined ? {} : { concurrencyHardLimit: limit }));
  const hold = () => workload.hold(LONG_MS, stays(), CLAIM);
  const share = (count: number): void => {
    gateways = count;
    workload.limitChanged();
  };
  return { clock, workload, wakes, hold, share };
}

describe('a workload without a ready replica', () => {
  it('is woken once, however many requests wait', async () => {
    const { workload, wakes, hold } = fixture();
    const waits = Array.from({ length: 1_000 }, hold);
    expect(wakes).toEqual([0]);
    workload.put(replica('a'));
    expect((await Promise.all(waits)).every((end) => 'backend' in end)).toBe(true);
    expect(wakes).toEqual([0]);
  });

  it('is woken again by the first request after it lost its replicas, and after all clients left', async () => {
    const { clock, workload, wakes, hold } = fixture();
    const first = hold();
    workload.put(replica('a'));
    const end = await first;
    if ('backend' in end) workload.release(end.backend);
    workload.remove('uid-a');
    clock.now = 5;
    const client = new AbortController();
    const second = workload.hold(LONG_MS, client.signal, CLAIM);
    client.abort();
    expect([await second, workload.wakingSince]).toEqual([{ refused: 'left' }, undefined]);
    clock.now = 9;
    const third = hold();
    expect([wakes, workload.wakingSince]).toEqual([[0, 5, 9], 9]);
    workload.refuseHeld('closed');
    await third;
  });

  it('is woken again where its last ready replica goes while requests wait for a slot', async () => {
    const { workload, wakes, hold } = fixture(1);
    workload.put(replica('a'));
    workload.acquire();
    const wait = hold();
    expect(wakes).toEqual([]);
    workload.put(replica('a', { ready: false, draining: true }));
    expect(wakes).toEqual([0]);
    workload.put(replica('b'));
    expect(await wait).toMatchObject({ backend: { replica: { pod: 'b' } } });
  });
});

describe('the hard limit of a workload', () => {
  it('holds requests in order, and gives each free slot to the one that waited longest', async () => {
    const { workload, hold } = fixture(2);
    workload.put(replica('a'));
    workload.put(replica('b'));
    const places = [1, 2, 3, 4].map(() => workload.acquire());
    expect(places.map((one) => one?.replica.pod).sort()).toEqual(['a', 'a', 'b', 'b']);
    expect(workload.acquire()).toBeUndefined();
    const order: string[] = [];
    const waits = ['first', 'second'].map(async (name) => {
      const end = await hold();
      order.push(`${name} ${'backend' in end ? end.backend.replica.pod : end.refused}`);
    });
    const ofB = places.find((one) => one?.replica.pod === 'b');
    const ofA = places.find((one) => one?.replica.pod === 'a');
    if (ofB !== undefined) workload.release(ofB);
    if (ofA !== undefined) workload.release(ofA);
    await Promise.all(waits);
    expect(order).toEqual(['first b', 'second a']);
    expect([workload.inFlight, workload.held]).toEqual([4, 0]);
  });

  it('takes effect when it changes', async () => {
    const { workload, hold } = fixture(1);
    workload.put(replica('a'));
    workload.acquire();
    const wait = hold();
    workload.applyOwner(knownWorkload({ concurrencyHardLimit: 2 }));
    expect(await wait).toHaveProperty('backend');
  });
});

describe('a hard limit that several gateways share', () => {
  /** Requests that this gateway sends to one replica at once. */
  const most = (limit: number, gateways: number): number => {
    const { workload, share } = fixture(limit);
    workload.put(replica('a'));
    share(gateways);
    let requests = 0;
    while (workload.acquire() !== undefined) requests += 1;
    return requests;
  };

  it.each([
    [10, 1, 10],
    [10, 2, 5],
    [10, 3, 3],
    [2, 2, 1],
  ])('%i at %i gateways: at most %i at each', (limit, gateways, share) => {
    expect(most(limit, gateways)).toBe(share);
    expect(share * gateways).toBeLessThanOrEqual(limit);
  });

  it('leaves each gateway at least one slot, or its requests would wait for ever', () => {
    expect(most(1, 3)).toBe(1);
  });

  it('gives waiting requests a slot when a gateway stops', async () => {
    const { workload, hold, share } = fixture(2);
    workload.put(replica('a'));
    share(2);
    workload.acquire();
    const wait = hold();
    share(1);
    expect(await wait).toHaveProperty('backend');
  });
});

describe('a draining replica', () => {
  it('gets no new request and keeps those in flight', () => {
    const { workload } = fixture();
    workload.put(replica('a'));
    const place = workload.acquire();
    workload.put(replica('a', { ready: false, draining: true }));
    workload.put(replica('b'));
    expect([1, 2, 3].map(() => workload.acquire()?.replica.pod)).toEqual(['b', 'b', 'b']);
    expect([...workload.all()].map(({ replica: { pod }, inFlight }) => [pod, inFlight])).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
    if (place !== undefined) workload.release(place);
    expect(place?.inFlight).toBe(0);
  });
});
