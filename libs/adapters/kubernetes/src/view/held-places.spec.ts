import type { WorkloadRef } from '@tessera/contracts-events';
import { HELD_PLACE, type HeldPlace } from '@tessera/contracts-kubernetes';
import { gpuAllocation } from '@tessera/testing-builders';
import type { PodWire } from '../api/wire';
import { ACCEPTED, assume, node, OF_ONE, recordOf, replica, server, setUp } from '../testing/view';

const [ONE] = ACCEPTED as readonly [WorkloadRef];
const CONFIG_MAPS = '/api/v1/configmaps';

const place = (change: Partial<HeldPlace> = {}): string =>
  JSON.stringify({
    ...{ replica: 'next', freedBy: { name: 'one', uid: 'uid-one' }, since: '2026-01-01T00:00:00.000Z' },
    allocation: gpuAllocation({ node: 'a' }),
    ...{ cpuMilli: 0, memoryMiB: 0, extended: {} },
    ...change,
  });

/** A view of one replica and the owner object of its workload, which holds a place. */
async function holding(text = place(), accepted = ACCEPTED) {
  const record = (data: object) => {
    const of = recordOf(ONE);
    return { ...of, metadata: { ...of.metadata, ...server(of.metadata.uid) }, data };
  };
  const t = await setUp([node('a')], [replica('one', 'a', 0)], accepted, [record({ [HELD_PLACE]: text })]);
  return {
    ...t,
    write: (data: object) => t.send(CONFIG_MAPS, { type: 'MODIFIED', object: record(data) }),
    gone: () => t.seen('DELETED', replica('one', 'a', 0)),
    counted: () => t.view.replicasOn('a').map(({ name }) => name),
  };
}

describe('a held place', () => {
  it('counts from the end of the replica that freed it, and is no replica of its workload', async () => {
    const t = await holding();
    expect(t.counted()).toEqual(['one']);
    await t.gone();
    expect(t.counted()).toEqual(['next (held)']);
    expect(t.view.replicasOf(OF_ONE)).toEqual([]);
    expect(t.view.isShared('a/0')).toBe(true);
    await t.view.stop();
  });

  it('gives way to its successor, assumed or real, and counts again if that is forgotten', async () => {
    const t = await holding(place({ replica: 'one', freedBy: { name: 'one', uid: 'an earlier one' } }));
    expect(t.counted()).toEqual(['one']);
    await t.gone();
    expect(t.counted()).toEqual(['one (held)']);
    const assumed = assume('one', 'a', 0);
    t.view.assume(assumed);
    expect(t.counted()).toEqual(['one']);
    t.view.forget(assumed);
    expect(t.counted()).toEqual(['one (held)']);
    const pod = replica('one', 'a', 0);
    const successor: PodWire = { ...pod, metadata: { ...pod.metadata, ...server('another uid') } };
    await t.seen('ADDED', successor);
    expect(t.view.replicasOn('a').map(({ uid }) => uid)).toEqual(['another uid']);
    await t.view.stop();
  });

  it('is free once the owner object holds it no more, or has gone', async () => {
    const t = await holding();
    await t.gone();
    const { times } = t.freed;
    await t.write({});
    expect([t.counted(), t.freed.times > times]).toEqual([[], true]);
    await t.write({ [HELD_PLACE]: place() });
    expect(t.counted()).toEqual(['next (held)']);
    await t.send(CONFIG_MAPS, { type: 'DELETED', object: recordOf(ONE) });
    expect([t.counted(), t.view.isShared('a/0')]).toEqual([[], false]);
    await t.view.stop();
  });

  it.each([
    ['unreadable', 'no JSON', ACCEPTED],
    ['of another form', '{"replica":1}', ACCEPTED],
    ['of a workload that is not accepted', place(), []],
  ])('does not count if it is %s', async (_what, text, accepted) => {
    const t = await holding(text, accepted);
    await t.gone();
    expect(t.counted()).toEqual([]);
    await t.view.stop();
  });

  it('counts from the time at which its workload is known', async () => {
    const t = await holding(place(), []);
    await t.gone();
    t.accept(ONE);
    expect(t.counted()).toEqual(['next (held)']);
    await t.view.stop();
  });
});
