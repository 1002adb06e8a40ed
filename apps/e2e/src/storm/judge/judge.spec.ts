import type { EndState, Recording } from '../record/recording';
import { BREACHES, type BreachKind } from './breach';
import { judge } from './judge';
import { endState, goodRecording, logged, podSeen, sent, workloadRow } from './testing';

const LIMIT_MS = 120_000;
const kindsIn = (given: Partial<Recording>): readonly BreachKind[] => [
  ...new Set(judge(goodRecording(given), LIMIT_MS).breaches.map(({ kind }) => kind)),
];
const withEnd = (given: Partial<EndState>): Partial<Recording> => ({ end: endState(given) });
const good = goodRecording();
/** Two pods of 600 on one device, the second one written by `client` while `holder` leads. */
const twoOnOne = (client: string, holder: string, healedMs: number): Partial<Recording> => {
  const shares = [{ slot: 0, milliGpu: 600 }];
  const [first, second] = [podSeen({ name: 'one-0', shares }), podSeen({ name: 'two-0', shares })];
  const write = { atMs: 1, namespace: 'team' };
  return {
    faults: [],
    pods: [first, { ...second, atMs: 200, version: 20 }, { ...second, atMs: 200 + healedMs, gone: true }],
    leases: [...good.leases, ...[150, 4_000, 8_000].map((atMs) => ({ atMs, version: atMs / 10, holder }))],
    writes: [
      { ...write, client: 'scheduler', name: 'one-0' },
      { ...write, client, name: 'two-0' },
    ],
  };
};

/** For every kind of breach, recordings that have it. */
const BROKEN: Readonly<Record<BreachKind, readonly Partial<Recording>[]>> = {
  'request-not-kept': [
    // An accepted creation that is not there.
    { requests: [...good.requests, sent({ kind: 'create', name: 'two' })] },
    // An accepted update that has no effect.
    { requests: [...good.requests, sent({ kind: 'update', image: 'model:2' })] },
    // A deletion that was accepted.
    { requests: [...good.requests, sent({ kind: 'delete' })] },
    // A creation that was refused is there.
    { requests: [sent({ kind: 'create', outcome: 'refused', status: 409 })] },
  ],
  'answered-wrong': [
    { requests: [...good.requests, sent({ kind: 'update', outcome: 'refused', status: 404 })] },
  ],
  'overfull-by-one-leader': [
    twoOnOne('scheduler', 'scheduler', 100),
    // The successor writes while it leads: it had to know the first one.
    twoOnOne('second-scheduler', 'second-scheduler', 100),
  ],
  'overfull-not-healed': [
    twoOnOne('scheduler', 'second-scheduler', 5_001),
    { ...twoOnOne('scheduler', 'second-scheduler', 100), pods: [], ...neverHealed() },
  ],
  'pod-without-workload': [
    withEnd({ pods: [podSeen(), podSeen({ name: 'x', workloadId: 'id-2' })] }),
    withEnd({ pods: [podSeen(), podSeen({ name: 'one-1' })] }),
  ],
  'workload-without-pod': [
    withEnd({ pods: [] }),
    withEnd({ pods: [podSeen({ image: 'model:0' })] }),
    withEnd({ pods: [podSeen({ deleting: true })] }),
    withEnd({ pods: [podSeen({ ended: true })] }),
  ],
  'not-running': [
    withEnd({ workloads: [workloadRow({ phase: 'Degraded' })] }),
    withEnd({ pods: [podSeen({ ready: false })] }),
  ],
  'reservation-without-replica': [
    withEnd({
      pods: [podSeen(), podSeen({ name: 'r', kind: 'reservation', shares: [{ slot: 1, milliGpu: 1_000 }] })],
    }),
  ],
  'wrong-device': [
    withEnd({
      pods: [podSeen({ uuids: ['GPU-1'] }), podSeen({ name: 'r', kind: 'reservation', uuids: ['GPU-2'] })],
    }),
    withEnd({ pods: [podSeen(), podSeen({ name: 'r', kind: 'reservation', uuids: ['GPU-1'] })] }),
    withEnd({
      pods: ['r', 's'].map((name) => podSeen({ name, kind: 'reservation', uuids: ['GPU-1'] })),
    }),
  ],
  'databases-disagree': [
    withEnd({ accepted: [] }),
    withEnd({ accepted: [{ id: 'id-1', generation: 2, gone: false, sequence: 3 }] }),
    withEnd({ accepted: [...good.end.accepted, { id: 'id-2', generation: 1, gone: false, sequence: 0 }] }),
  ],
  unpublished: [withEnd({ unpublished: { api: 1 } })],
  'dead-letter': [withEnd({ deadLetters: 1 })],
  'event-missing': [
    { log: good.log.filter(({ source, sequence }) => source !== 'api' || sequence !== 2) },
    { log: good.log.filter(({ source, sequence }) => source !== 'scheduler' || sequence !== 1) },
  ],
  'event-out-of-order': [
    {
      log: [
        ...[logged('commands', 'api', 1), logged('events', 'api', 2)],
        ...[logged('events', 'scheduler', 2), logged('events', 'scheduler', 1)],
        logged('workloads', 'scheduler', 3),
      ],
    },
  ],
  'event-twice': [{ log: [...good.log, logged('workloads', 'scheduler', 3, { id: 'other' })] }],
  'event-changed': [{ log: [...good.log, logged('events', 'scheduler', 2, { content: 'other' })] }],
  'not-quiet': [{ quietMs: undefined }, { quietMs: LIMIT_MS + 1 }],
};

function neverHealed(): Partial<Recording> {
  const pods = twoOnOne('scheduler', 'second-scheduler', 100).pods ?? [];
  return { pods: pods.slice(0, 2) };
}

describe('the judge of a storm', () => {
  it('finds nothing where every promise was kept', () => {
    expect(judge(goodRecording(), LIMIT_MS)).toEqual({ breaches: [], overfull: [] });
  });

  it.each(BREACHES.flatMap((kind) => BROKEN[kind].map((recording, index) => ({ kind, index, recording }))))(
    'finds $kind, case $index',
    ({ kind, recording }) => expect(kindsIn(recording)).toContain(kind),
  );

  it('lets a late write of a former leader pass that is healed in time, and counts it', () => {
    const { breaches, overfull } = judge(
      goodRecording(twoOnOne('scheduler', 'second-scheduler', 3_000)),
      LIMIT_MS,
    );
    expect(breaches).toEqual([]);
    expect(overfull).toEqual([
      expect.objectContaining({ device: 'node/0', milliGpu: 1_200, fromMs: 200, healedAfterMs: 3_000 }),
    ]);
  });

  it('does not count the time of a fault against the healing', () => {
    const recording = twoOnOne('scheduler', 'second-scheduler', 9_000);
    const stopped = { kind: 'stop', target: 'second-scheduler', fromMs: 1_000, untilMs: 6_000 };
    expect(kindsIn(recording)).toEqual(['overfull-not-healed']);
    expect(kindsIn({ ...recording, faults: [stopped] })).toEqual([]);
    expect(kindsIn({ ...recording, faults: [{ ...stopped, target: 'postgres' }] })).toEqual([]);
    expect(kindsIn({ ...recording, faults: [{ ...stopped, target: 'node' }] })).toEqual([]);
    // Whom nobody needs for it.
    for (const target of ['scheduler', 'gateway', 'broker', 'other-node'])
      expect(kindsIn({ ...recording, faults: [{ ...stopped, target }] })).toEqual(['overfull-not-healed']);
  });

  it('takes a request without an answer either way', () => {
    for (const requests of [
      [sent({ kind: 'create', outcome: 'unknown' })],
      [...good.requests, sent({ kind: 'update', image: 'model:2', outcome: 'unknown' })],
      [...good.requests, sent({ kind: 'delete', outcome: 'unknown' })],
      [...good.requests, sent({ kind: 'create', name: 'two', outcome: 'unknown' })],
      [...good.requests, sent({ kind: 'create', name: 'two', outcome: 'refused', status: 409 })],
    ])
      expect(kindsIn({ requests })).toEqual([]);
  });

  it('takes records that come again', () => {
    expect(kindsIn({ log: [...good.log, ...good.log] })).toEqual([]);
  });
});
