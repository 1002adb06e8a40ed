import { gpuNode } from '@tessera/testing-builders';
import { type DeviceGroup, groupKey, type ReservationPod } from '../model/reservation';
import { replicaPod } from '../testing/replica-pod';
import { ReservationController } from './reservation-controller';
import type { DevicePlan } from './reservation-plan';

const GROUP: DeviceGroup = { node: 'node-a', slot: 0 };
const NEEDED: DevicePlan = { reserve: [GROUP], remove: [], injectDevices: [], replace: [], stuck: [] };

/** A controller whose reservation pods appear when the spec releases them. */
function setUp() {
  const held = new Map<string, ReservationPod>();
  const asked: string[] = [];
  const removed: string[] = [];
  const answers: (() => void)[] = [];
  let freed: readonly string[] = [];
  let now = 0;
  const controller = new ReservationController({
    view: {
      reservationPods: () => held.values(),
      reservationPodsWithoutDevice: () => [...held.values()].filter(({ device }) => device === undefined),
      reservationPodOf: (group) => held.get(group),
      isShared: (group) => !freed.includes(group),
      takeFreed: () => freed,
    },
    writer: {
      createReservationPod: async (group) => {
        asked.push(groupKey(group));
        await new Promise<void>((resolve) => answers.push(resolve));
        held.set(groupKey(group), { ...group } as ReservationPod);
      },
      removeReservationPod: async (reservationPod) => void removed.push(groupKey(reservationPod)),
      injectDevices: async () => undefined,
    },
    clock: { now: () => now },
    timing: { readyMs: 1000, retryMs: 1000 },
    onError: (error) => {
      throw error;
    },
  });
  return {
    controller,
    held,
    asked,
    removed,
    free: (group: DeviceGroup) => (freed = [groupKey(group)]),
    at: (ms: number) => (now = ms),
    answer: () => answers.splice(0).forEach((one) => one()),
  };
}

it('creates the reservation pod of a group once, however many replicas need it', async () => {
  const t = setUp();
  const both = [t.controller.commit(NEEDED), t.controller.commit(NEEDED)];
  t.answer();
  await Promise.all(both);
  expect(t.asked).toEqual(['node-a/0']);
  // Its plan was made before the reservation pod appeared.
  await t.controller.commit(NEEDED);
  expect(t.asked).toEqual(['node-a/0']);
});

it('deletes a reservation pod that appears after its replica has gone', async () => {
  const t = setUp();
  const made = t.controller.commit(NEEDED);
  t.free(GROUP);
  t.controller.removeIdle();
  t.answer();
  await made;
  await new Promise((resolve) => setImmediate(resolve));
  expect(t.removed).toEqual(['node-a/0']);
});

it('avoids a failed device for five minutes after its replicas have moved', () => {
  const t = setUp();
  const pod = replicaPod();
  const createdAt = new Date(0).toISOString();
  t.held.set(groupKey(GROUP), {
    ...GROUP,
    phase: 'Pending',
    terminating: false,
    createdAt,
  } as ReservationPod);
  const isUsable = (): boolean =>
    t.controller.usable([gpuNode('node-a', 1)])[0]?.devices[0]?.unavailable !== true;
  expect(isUsable()).toBe(true);
  t.at(1000);
  expect(t.controller.plan([pod], () => true).replace).toEqual([pod]);
  t.held.clear();
  t.at(300_999);
  expect(isUsable()).toBe(false);
  t.at(301_000);
  expect(isUsable()).toBe(true);
});

it('waits twice as long with every further reservation pod that kubelet rejects, until one has a device', async () => {
  const t = setUp();
  const pod = replicaPod();
  const reject = (
    ms: number,
    more: Partial<ReservationPod> = { phase: 'Failed', reason: 'OutOfpods' },
  ): void =>
    void t.held.set(groupKey(GROUP), {
      ...GROUP,
      uid: `at-${ms}`,
      createdAt: new Date(ms).toISOString(),
      terminating: false,
      ...more,
    } as ReservationPod);
  let now = 0;
  const waits: number[] = [];
  const next = async (): Promise<void> => {
    t.at(now);
    const { reconcileAt } = t.controller.plan([pod], () => false);
    waits.push((reconcileAt ?? now) - now);
    now = reconcileAt ?? now;
    t.at(now);
    await t.controller.commit(t.controller.plan([pod], () => false));
  };
  for (let times = 0; times < 11; times += 1) {
    reject(now);
    await next();
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000));
  reject(now, { phase: 'Running', device: 'GPU-1' });
  t.controller.plan([pod], () => false);
  reject(now);
  await next();
  expect(waits.at(-1)).toBe(1000);
});
