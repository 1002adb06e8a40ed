import { deviceShare, gpuAllocation, gpuNode } from '@tessera/testing-builders';
import type { ReplicaPod } from '../model/replica';
import { groupKey, type ReservationPod } from '../model/reservation';
import { replicaPod } from '../testing/replica-pod';
import { idleReservationPods, planDevices, withoutGroups } from './reservation-plan';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const TIMING = { readyMs: 40_000, retryMs: 5_000 };

const reservationPod = (slot: number, change: Partial<ReservationPod> = {}): ReservationPod => ({
  uid: `uid-${slot}`,
  name: `gpu-node-a-${slot}`,
  namespace: 'reservations',
  node: 'node-a',
  slot,
  device: `GPU-${slot}`,
  phase: 'Running',
  terminating: false,
  createdAt: '2026-01-01T00:00:00Z',
  ...change,
});
/** A reservation pod that has not reported its device yet. */
const young = (slot: number, change: Partial<ReservationPod> = {}): ReservationPod => {
  const { device: _none, ...rest } = reservationPod(slot);
  return { ...rest, phase: 'Pending', ...change };
};

const replica = (slots: readonly number[], change: Partial<ReplicaPod> = {}, kind = 'portion'): ReplicaPod =>
  replicaPod({
    allocation: gpuAllocation({ kind: kind as 'portion', devices: slots.map((slot) => deviceShare(slot)) }),
    ...change,
  });

interface Scenario {
  readonly what: string;
  readonly pod: ReplicaPod;
  readonly reservationPods?: readonly ReservationPod[];
  /** Time since the creation of the reservation pods, ms. */
  readonly after?: number;
  /** The complete plan, in short form. */
  readonly plan: {
    readonly hold?: readonly string[];
    readonly remove?: readonly string[];
    readonly injectDevices?: readonly string[];
    readonly replace?: boolean;
    readonly stuck?: string;
    readonly again?: number;
  };
}

const SCENARIOS: readonly Scenario[] = [
  { what: 'a replica whose device is not reserved', pod: replica([0]), plan: { hold: ['node-a/0'] } },
  {
    what: 'a replica of two devices of which one is reserved',
    pod: replica([0, 1]),
    reservationPods: [reservationPod(0)],
    plan: { hold: ['node-a/1'] },
  },
  {
    what: 'a replica by memory',
    pod: replica([0], {}, 'memory'),
    reservationPods: [reservationPod(0)],
    plan: { injectDevices: ['GPU-0'] },
  },
  { what: 'a replica of whole devices', pod: replica([0], {}, 'whole'), plan: {} },
  { what: 'a replica of a MIG instance', pod: replica([0], {}, 'mig'), plan: {} },
  { what: 'a terminating replica', pod: replica([0], { terminating: true }), plan: {} },
  { what: 'a replica that has ended', pod: replica([0], { phase: 'Failed' }), plan: {} },
  {
    what: 'a reservation pod that has not reported yet',
    pod: replica([0]),
    reservationPods: [young(0)],
    after: 10_000,
    plan: { again: 40_000 },
  },
  {
    what: 'all devices known',
    pod: replica([1, 0]),
    reservationPods: [reservationPod(0), reservationPod(1)],
    plan: { injectDevices: ['GPU-1', 'GPU-0'] },
  },
  {
    what: 'injected devices',
    pod: replica([0], { devices: ['GPU-0'] }),
    reservationPods: [reservationPod(0)],
    plan: {},
  },
  {
    what: 'a terminating reservation pod',
    pod: replica([0]),
    reservationPods: [reservationPod(0, { terminating: true })],
    plan: {},
  },
  {
    what: 'a reservation pod gone under a running replica',
    pod: replica([0], { devices: ['GPU-0'], phase: 'Running', ready: true }),
    plan: { replace: true },
  },
  {
    what: 'a reservation pod evicted under a running replica',
    pod: replica([0], { devices: ['GPU-0'], phase: 'Running', ready: true }),
    reservationPods: [reservationPod(0, { phase: 'Failed', reason: 'Evicted' })],
    plan: { replace: true },
  },
  {
    what: 'another device behind the reservation pod since a reboot',
    pod: replica([0], { devices: ['GPU-0'], phase: 'Running', ready: true }),
    reservationPods: [reservationPod(0, { device: 'GPU-7' })],
    plan: { replace: true },
  },
  {
    what: 'the same devices in another order since a reboot',
    pod: replica([0, 1], { devices: ['GPU-1', 'GPU-0'], phase: 'Running', ready: true }),
    reservationPods: [reservationPod(0), reservationPod(1)],
    plan: { replace: true },
  },
  {
    what: 'a reservation pod that kubelet has just refused',
    pod: replica([0]),
    reservationPods: [
      young(0, { phase: 'Failed', reason: 'UnexpectedAdmissionError', message: 'no healthy devices' }),
    ],
    after: 1_000,
    plan: {
      stuck:
        'could not reserve a GPU on node-a: reservation pod reservations/gpu-node-a-0 reports UnexpectedAdmissionError: no healthy devices',
      again: 5_000,
    },
  },
  {
    what: 'a reservation pod that kubelet refused a while ago',
    pod: replica([0]),
    reservationPods: [young(0, { phase: 'Failed', reason: 'UnexpectedAdmissionError' })],
    after: 5_000,
    plan: {
      remove: ['gpu-node-a-0'],
      stuck:
        'could not reserve a GPU on node-a: reservation pod reservations/gpu-node-a-0 reports UnexpectedAdmissionError',
    },
  },
  {
    what: 'a reservation pod that is not ready in time',
    pod: replica([0]),
    reservationPods: [young(0, { reason: 'ImagePullBackOff', message: 'no such image' })],
    after: 40_000,
    plan: {
      stuck:
        'could not reserve a GPU on node-a within 40 s: reservation pod reservations/gpu-node-a-0 reports ImagePullBackOff: no such image',
    },
  },
];

describe('the plan for replicas that share devices', () => {
  it.each(SCENARIOS)('$what', ({ pod, reservationPods = [], after = 0, plan: wanted }) => {
    const byGroup = new Map(reservationPods.map((one) => [groupKey(one), one]));
    const plan = planDevices([pod], (group) => byGroup.get(group), START + after, TIMING);
    expect({
      hold: plan.reserve.map(groupKey),
      remove: plan.remove.map(({ name }) => name),
      injectDevices: plan.injectDevices.flatMap(({ devices }) => devices),
      replace: plan.replace.length > 0,
      stuck: plan.stuck[0]?.message,
      again: plan.reconcileAt === undefined ? undefined : plan.reconcileAt - START,
    }).toEqual({
      hold: wanted.hold ?? [],
      remove: wanted.remove ?? [],
      injectDevices: wanted.injectDevices ?? [],
      replace: wanted.replace ?? false,
      stuck: wanted.stuck,
      again: wanted.again,
    });
  });

  it('creates one reservation pod, however many replicas share its device', () => {
    const pods = [replica([0], { name: 'a' }), replica([0], { name: 'b' })];
    expect(planDevices(pods, () => undefined, START, TIMING).reserve).toEqual([{ node: 'node-a', slot: 0 }]);
  });
});

describe('idle reservation pods', () => {
  it.each([
    ['one whose device nobody shares', reservationPod(0), false, true],
    ['one whose device a replica shares', reservationPod(0), true, false],
    ['one that is terminating', reservationPod(0, { terminating: true }), false, false],
    ['one that ended by itself', reservationPod(0, { phase: 'Failed' }), false, true],
  ])('%s', (_what, one, shared, idle) => {
    expect(idleReservationPods([one], () => shared)).toEqual(idle ? [one] : []);
  });
});

it('leaves out devices of groups on their own node only', () => {
  const nodes = withoutGroups([gpuNode('node-a', 2), gpuNode('node-b', 2)], new Set(['node-a/1']));
  const out = nodes.map(({ devices }) => devices.map(({ unavailable }) => unavailable === true));
  expect(out).toEqual([
    [false, true],
    [false, false],
  ]);
});

it.each([-3_600_000, 45_000, 3_600_000])(
  'a reservation pod is overdue by our clock, with the clock of the cluster %d ms ahead',
  (ahead) => {
    const one = young(0, { createdAt: new Date(START + ahead).toISOString(), seenAt: START });
    const stuckAfter = (ms: number): number =>
      planDevices([replica([0])], () => one, START + ms, TIMING).stuck.length;
    expect([stuckAfter(39_999), stuckAfter(40_000)]).toEqual([0, 1]);
  },
);
