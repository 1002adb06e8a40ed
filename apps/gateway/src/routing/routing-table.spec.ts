import { knownWorkload, replica, WORKLOAD_ID } from '../testing/gateway-fixture';
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
    expect(table.find('p1', 'chat')?.acquire()?.replica.pod).toBe('b');
    expect(table.find('p2', 'chat')).toBeUndefined();
  });

  it('follows the state of a replica', () => {
    const { table } = tableAt();
    table.apply({ type: 'present', replica: replica('a') });
    table.apply({ type: 'present', replica: replica('a', { ready: false, obstacle: 'is being deleted' }) });
    const workload = table.find('p1', 'chat');
    expect(workload?.acquire()).toBeUndefined();
    expect(workload?.whyNoneReady()).toBe('0 of 1 pods are ready; pod a is being deleted');
  });

  it('picks the replicas of a workload in turn and skips those already tried', () => {
    const { table } = tableAt();
    for (const pod of ['a', 'b']) table.apply({ type: 'present', replica: replica(pod) });
    const workload = table.find('p1', 'chat');
    const picks = [1, 2, 3, 4].map(() => workload?.acquire()?.replica.pod);
    expect(picks).toEqual(['a', 'b', 'a', 'b']);
    const first = workload?.acquire();
    expect(workload?.acquire(first && [first])).not.toBe(first);
  });

  it('finds a workload by its owner object alone, and keeps it when its last pod ends', () => {
    const { clock, table } = tableAt();
    table.applyWorkload({ type: 'present', known: knownWorkload() });
    table.apply({ type: 'present', replica: replica('a') });
    table.apply({ type: 'gone', replica: replica('a') });
    clock.now = 1_000_000;
    expect(table.find('p1', 'chat')?.id).toBe(WORKLOAD_ID);
  });

  it('has the id of the newest owner object, also when the old one of the same name ends late', () => {
    const { table } = tableAt();
    table.applyWorkload({ type: 'present', known: knownWorkload({ uid: 'old', workloadId: 'w-old' }) });
    table.applyWorkload({ type: 'present', known: knownWorkload({ uid: 'new', workloadId: 'w-new' }) });
    table.applyWorkload({ type: 'gone', known: knownWorkload({ uid: 'old', workloadId: 'w-old' }) });
    expect(table.find('p1', 'chat')?.id).toBe('w-new');
  });

  it('keeps a workload for a while after its owner object and last pod, then removes it', () => {
    const { clock, table } = tableAt();
    table.apply({ type: 'present', replica: replica('a') });
    table.apply({ type: 'gone', replica: replica('a') });
    clock.now = 999;
    expect(table.find('p1', 'chat')?.whyNoneReady()).toBe('the workload has no pods');
    clock.now = 1_000;
    expect(table.find('p1', 'chat')).toBeUndefined();
    expect(table.all()).toEqual([]);
  });

  it('keeps a new pod when the old one of the same name ends late', () => {
    const { table } = tableAt();
    table.apply({ type: 'present', replica: replica('a', { uid: 'old' }) });
    table.apply({ type: 'present', replica: replica('a', { uid: 'new' }) });
    table.apply({ type: 'gone', replica: replica('a', { uid: 'old' }) });
    expect(table.find('p1', 'chat')?.acquire()?.replica.uid).toBe('new');
  });
});
