import type { ReservationPod } from '@tessera/application-reconciliation';
import { ReservationPods } from './reservation-pods';

const pod = (node: string, slot: number, uid: string): ReservationPod => ({
  ...{ node, slot, uid, name: `reservation-${node}-${slot}`, namespace: 'reservations' },
  ...{ phase: 'Running', terminating: false, createdAt: '2026-01-01T00:00:00.000Z' },
});
const uidsOn = (pods: ReservationPods, node: string) => pods.onNode(node).map(({ uid }) => uid);

describe('reservation pods', () => {
  it('are found by group and by node, one for a group', () => {
    const pods = new ReservationPods();
    pods.put(pod('a', 0, 'one'), 1);
    pods.put(pod('a', 1, 'two'), 2);
    pods.put(pod('b', 0, 'three'), 3);
    pods.put(pod('a', 0, 'four'), 4);
    expect(pods.get('a/0')).toMatchObject({ uid: 'four', seenAt: 4 });
    expect([...pods.all()]).toHaveLength(3);
    expect(uidsOn(pods, 'a')).toEqual(['two', 'four']);
    pods.remove({ node: 'a', slot: 1 });
    expect(pods.has('a/1')).toBe(false);
    expect(uidsOn(pods, 'a')).toEqual(['four']);
    pods.remove({ node: 'a', slot: 0 });
    expect(uidsOn(pods, 'a')).toEqual([]);
    expect(uidsOn(pods, 'b')).toEqual(['three']);
  });

  it('are without a device until they report one, and again once they have ended', () => {
    const pods = new ReservationPods();
    const without = () => [...pods.withoutDevice()].map(({ uid }) => uid);
    pods.put({ ...pod('a', 0, 'one'), phase: 'Pending' }, 1);
    pods.put(pod('a', 1, 'two'), 1);
    expect(without()).toEqual(['one', 'two']);
    pods.put({ ...pod('a', 0, 'one'), device: 'GPU-1' }, 2);
    expect(without()).toEqual(['two']);
    pods.remove({ node: 'a', slot: 1 });
    expect(without()).toEqual([]);
    pods.put({ ...pod('a', 0, 'one'), device: 'GPU-1', phase: 'Failed' }, 3);
    expect(without()).toEqual(['one']);
  });

  it('keep the time at which they were seen first', () => {
    const pods = new ReservationPods();
    pods.put(pod('a', 0, 'one'), 1);
    pods.put({ ...pod('a', 0, 'one'), phase: 'Failed' }, 2);
    expect(pods.get('a/0')).toMatchObject({ phase: 'Failed', seenAt: 1 });
  });

  it('are the same list of a node until one of its pods changes', () => {
    const pods = new ReservationPods();
    pods.put(pod('a', 0, 'one'), 1);
    const before = pods.onNode('a');
    pods.put(pod('b', 0, 'two'), 1);
    expect(pods.onNode('a')).toBe(before);
    pods.put(pod('a', 0, 'three'), 1);
    expect(pods.onNode('a')).not.toBe(before);
  });
});
