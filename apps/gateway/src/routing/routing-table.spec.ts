import { replica } from '../testing/gateway-stage';
import { RoutingTable } from './routing-table';

function tableAt(start = 0) {
  const clock = { now: start };
  return {
    clock,
    table: new RoutingTable({ holdLimit: 2, holdTotal: 3, cacheMs: 1_000, now: () => clock.now }),
  };
}

describe('the routing table', () => {
  it('finds a workload by project and name and picks only ready replicas', () => {
    const { table } = tableAt();
    table.apply({ type: 'present', replica: replica('a', { ready: false }) });
    table.apply({ type: 'present', replica: replica('b') });
    expect(table.find('p1', 'chat')?.pick()?.replica.pod).toBe('b');
    expect(table.find('p2', 'chat')).toBeUndefined();
  });

  it('follows the state of a replica', () => {
    const { table } = tableAt();
    table.apply({ type: 'present', replica: replica('a') });
    table.apply({ type: 'present', replica: replica('a', { ready: false, obstacle: 'is being deleted' }) });
    const workload = table.find('p1', 'chat');
    expect(workload?.pick()).toBeUndefined();
    expect(workload?.whyNoneReady()).toBe('0 of 1 pods are ready; pod a is being deleted');
  });

  it('picks the replicas of a workload in turn and skips those already tried', () => {
    const { table } = tableAt();
    for (const pod of ['a', 'b']) table.apply({ type: 'present', replica: replica(pod) });
    const workload = table.find('p1', 'chat');
    const picks = [1, 2, 3, 4].map(() => workload?.pick()?.replica.pod);
    expect(picks).toEqual(['a', 'b', 'a', 'b']);
    const first = workload?.pick();
    expect(workload?.pick(first && [first])).not.toBe(first);
  });

  it('keeps a workload for a while after its last pod, then removes it', () => {
    const { clock, table } = tableAt();
    table.apply({ type: 'present', replica: replica('a') });
    table.apply({ type: 'gone', replica: replica('a') });
    clock.now = 999;
    expect(table.find('p1', 'chat')?.whyNoneReady()).toBe('it has no pods at the moment');
    clock.now = 1_000;
    expect(table.find('p1', 'chat')).toBeUndefined();
    expect(table.all()).toEqual([]);
  });

  it('keeps a new pod when the old one of the same name ends late', () => {
    const { table } = tableAt();
    table.apply({ type: 'present', replica: replica('a', { uid: 'old' }) });
    table.apply({ type: 'present', replica: replica('a', { uid: 'new' }) });
    table.apply({ type: 'gone', replica: replica('a', { uid: 'old' }) });
    expect(table.find('p1', 'chat')?.pick()?.replica.uid).toBe('new');
  });

  it('releases waiting requests when a replica is ready, and limits their number', async () => {
    const { table } = tableAt();
    table.apply({ type: 'present', replica: replica('a', { ready: false }) });
    const workload = table.find('p1', 'chat');
    const stay = new AbortController();
    const waits = [1, 2, 3].map(async () => workload?.waiting.wait(60_000, stay.signal));
    expect(workload?.waiting.size).toBe(2);
    table.apply({ type: 'present', replica: replica('a') });
    expect(await Promise.all(waits)).toEqual(['ready', 'ready', 'full']);
    expect(workload?.waiting.size).toBe(0);
  });

  it('drops the wait of a client that disconnected', async () => {
    const { table } = tableAt();
    table.apply({ type: 'present', replica: replica('a', { ready: false }) });
    const room = table.find('p1', 'chat')?.waiting;
    const client = new AbortController();
    const wait = room?.wait(60_000, client.signal);
    client.abort();
    expect(await wait).toBe('left');
    expect(room?.size).toBe(0);
    expect(await room?.wait(60_000, client.signal)).toBe('left');
  });

  it('limits the waiting requests of all workloads together, and releases slots', async () => {
    const { table } = tableAt();
    for (const workload of ['w1', 'w2'])
      table.apply({ type: 'present', replica: replica(workload, { workload, ready: false }) });
    const [one, two] = ['w1', 'w2'].map((name) => table.find('p1', name)?.waiting);
    const stay = new AbortController();
    const wait = async (room: typeof one) => room?.wait(60_000, stay.signal);
    const first = [wait(one), wait(one)];
    const second = wait(two);
    expect(await wait(two)).toBe('full');
    one?.release('closed');
    const again = wait(two);
    expect(two?.size).toBe(2);
    two?.release('ready');
    expect(await Promise.all([...first, second, again])).toEqual(['closed', 'closed', 'ready', 'ready']);
  });
});
