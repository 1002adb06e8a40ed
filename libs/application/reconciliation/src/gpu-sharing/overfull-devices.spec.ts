import { gpuAllocation } from '@tessera/testing-builders';
import { replicaPod } from '../testing';
import type { ReplicaPod } from '../model/replica';
import type { ReservationPod } from '../model/reservation';
import { heldTwice, overfullReplicas } from './overfull-devices';

type Devices = NonNullable<ReplicaPod['allocation']>['devices'];
type Kind = NonNullable<ReplicaPod['allocation']>['kind'];

/** A replica created at that second, with these devices. */
const pod = (
  name: string,
  second: number,
  devices: Devices,
  change: Partial<ReplicaPod> = {},
  kind: Kind = 'portion',
) =>
  replicaPod({
    name,
    uid: `uid-${name}`,
    createdAt: `2026-01-01T00:00:0${second}.000Z`,
    allocation: gpuAllocation({ kind, devices }),
    ...change,
  });
const share = (milliGpu: number, slot = 0, memoryMiB = milliGpu * 40) => [{ slot, milliGpu, memoryMiB }];
const instance = (profile: string, start: number) => [
  { slot: 0, milliGpu: 142, memoryMiB: 4864, mig: { profile, start } },
];

interface Case {
  readonly what: string;
  readonly pods: readonly ReplicaPod[];
  readonly ended: readonly string[];
  readonly why?: RegExp;
}

const CASES: readonly Case[] = [
  { what: 'shares that fit', pods: [pod('a', 1, share(500)), pod('b', 2, share(500))], ended: [] },
  {
    what: 'shares above the device',
    pods: [pod('b', 2, share(600)), pod('a', 1, share(600))],
    ended: ['b'],
    why: /1200 of 1000 thousandths/,
  },
  {
    what: 'shares far above it: the youngest, until the others fit',
    pods: [pod('a', 1, share(600)), pod('b', 2, share(600)), pod('c', 3, share(300))],
    ended: ['c', 'b'],
  },
  {
    what: 'shares created in one second: the greater uid',
    pods: [pod('b', 1, share(600)), pod('a', 1, share(600))],
    ended: ['b'],
  },
  {
    what: 'more memory than the device has',
    pods: [pod('a', 1, share(500, 0, 30_000)), pod('b', 2, share(500, 0, 20_000))],
    ended: ['b'],
    why: /50000 of 40960 MiB/,
  },
  {
    what: 'memory of a device of unknown size',
    pods: [pod('a', 1, share(500, 7, 30_000)), pod('b', 2, share(500, 7, 20_000))],
    ended: [],
  },
  {
    what: 'a whole device that is shared as well',
    pods: [pod('a', 1, share(1000, 0, 39_000), {}, 'whole'), pod('b', 2, share(100))],
    ended: ['b'],
  },
  {
    what: 'one MIG instance for two',
    pods: [pod('a', 1, instance('1g.5gb', 0), {}, 'mig'), pod('b', 2, instance('1g.5gb', 0), {}, 'mig')],
    ended: ['b'],
    why: /MIG instance 1g.5gb at 0/,
  },
  {
    what: 'MIG instances of one device',
    pods: [pod('a', 1, instance('1g.5gb', 0), {}, 'mig'), pod('b', 2, instance('1g.5gb', 1), {}, 'mig')],
    ended: [],
  },
  {
    what: 'a share of a device that is cut into instances',
    pods: [pod('a', 1, instance('1g.5gb', 0), {}, 'mig'), pod('b', 2, share(100))],
    ended: ['b'],
    why: /without them/,
  },
  {
    what: 'one that ends already, beside what fits',
    pods: [pod('a', 1, share(600), { terminating: true }), pod('b', 2, share(600))],
    ended: [],
  },
  {
    what: 'one that has ended',
    pods: [pod('a', 1, share(600), { phase: 'Failed' }), pod('b', 2, share(600))],
    ended: [],
  },
  {
    what: 'one whose pod does not exist yet',
    pods: [pod('a', 1, share(600), { uid: '' }), pod('b', 2, share(600))],
    ended: [],
  },
  {
    what: 'several devices: one end is enough for both',
    pods: [
      pod('a', 1, [...share(600, 0), ...share(600, 1)]),
      pod('b', 2, [...share(600, 0), ...share(600, 1)]),
    ],
    ended: ['b'],
  },
];

it.each(CASES)('the replicas to end of $what', ({ pods, ended, why }) => {
  const found = overfullReplicas('node-a', pods, (slot) => (slot === 7 ? 0 : 40_960));
  expect(found.map((one) => one.pod.name)).toEqual(ended);
  if (why !== undefined) expect(found[0]?.message).toMatch(why);
});

describe('a device that two reservation pods hold', () => {
  const reservation = (
    slot: number,
    second: number,
    change: Partial<ReservationPod> = {},
  ): ReservationPod => ({
    ...{ node: 'node-a', slot, uid: `uid-${slot}`, name: `reservation-${slot}`, namespace: 'reservations' },
    ...{ device: 'GPU-x', phase: 'Running', terminating: false },
    createdAt: `2026-01-01T00:00:0${second}.000Z`,
    ...change,
  });
  it.each([
    ['the younger of two without users', [reservation(0, 1), reservation(1, 2)], [], [1]],
    ['the one without users, though it is older', [reservation(0, 1), reservation(1, 2)], [1], [0]],
    ['the younger of two with users', [reservation(0, 2), reservation(1, 1)], [0, 1], [0]],
    ['none of two devices', [reservation(0, 1), reservation(1, 2, { device: 'GPU-y' })], [], []],
    ['none beside one that ends', [reservation(0, 1), reservation(1, 2, { terminating: true })], [], []],
    [
      'none of those that have reported nothing',
      [0, 1].map((slot) => {
        const { device: _none, ...silent } = reservation(slot, 1);
        return silent;
      }),
      [],
      [],
    ],
  ] as const)('ends %s', (_what, pods, shared, ended) => {
    const isShared = (group: string) => shared.some((slot) => group === `node-a/${slot}`);
    expect(heldTwice(pods, isShared).map(({ slot }) => slot)).toEqual(ended);
  });
});
