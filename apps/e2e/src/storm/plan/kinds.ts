import type { Draw } from './draw';

/** Where a storm runs: the simulated cluster and the event log on Postgres, or a real API server and a real broker. */
export const SET_UPS = ['embedded', 'kubernetes'] as const;
export type SetUp = (typeof SET_UPS)[number];

/** How one fault is drawn: whom it meets, and for how long it is in force, ms; zero where it is over at once. */
interface KindOfFault {
  readonly targets: readonly string[];
  readonly forMs: readonly [least: number, most: number];
  /** Part of the requests that it meets, in percent. */
  readonly percent?: readonly [least: number, most: number];
  /** Step of a clock, s. */
  readonly seconds?: readonly [least: number, most: number];
  /** The one set-up that has what it needs; both without it. */
  readonly only?: SetUp;
}

/** Services whose calls to the API server pass the fault proxy. */
export const CLIENTS = ['scheduler', 'second-scheduler', 'gateway'] as const;
export type ClientName = (typeof CLIENTS)[number];

export const SERVICES = ['api', 'metrics', ...CLIENTS] as const;
/** Nodes of the local platform that have whole GPUs. */
const GPU_NODES = ['a100-pool-a-1', 'h100-pool-b-1', 'l40s-default-1'] as const;
const SOME = [15, 50] as const;
/** Whoever leads when the fault comes: the one whose writes and picture of the cluster count. */
export const LEADER = 'leader';
const LEADER_FIRST = [LEADER, LEADER, LEADER, ...CLIENTS] as const;

/** Every kind of fault, by the name that `--faults` takes. */
export const FAULTS = {
  kill: { targets: [...SERVICES, LEADER, LEADER], forMs: [0, 0] },
  'kill-postgres': { targets: ['postgres'], forMs: [0, 0] },
  'kill-broker': { targets: ['broker'], forMs: [0, 0], only: 'kubernetes' },
  'kill-kubernetes': { targets: ['kube-apiserver', 'etcd'], forMs: [0, 0], only: 'kubernetes' },
  stop: { targets: SERVICES, forMs: [2_000, 20_000] },
  'leader-stopped': { targets: [LEADER], forMs: [12_000, 25_000] },
  'stop-postgres': { targets: ['postgres'], forMs: [2_000, 8_000] },
  'stop-broker': { targets: ['broker'], forMs: [2_000, 10_000], only: 'kubernetes' },
  conflict: { targets: LEADER_FIRST, forMs: [3_000, 10_000], percent: SOME },
  expired: { targets: LEADER_FIRST, forMs: [3_000, 10_000], percent: [50, 100] },
  throttled: { targets: LEADER_FIRST, forMs: [3_000, 10_000], percent: SOME },
  'server-error': { targets: LEADER_FIRST, forMs: [3_000, 10_000], percent: SOME },
  'timed-out': { targets: LEADER_FIRST, forMs: [3_000, 10_000], percent: SOME },
  'lost-answer': { targets: LEADER_FIRST, forMs: [3_000, 10_000], percent: SOME },
  'late-write': { targets: LEADER_FIRST, forMs: [3_000, 10_000], percent: SOME },
  'watch-dropped': { targets: LEADER_FIRST, forMs: [0, 0] },
  'watch-frozen': { targets: LEADER_FIRST, forMs: [0, 0] },
  clock: { targets: [...SERVICES, LEADER, LEADER], forMs: [3_000, 30_000], seconds: [-90, 120] },
  evicted: { targets: ['replica'], forMs: [0, 0] },
  pressure: { targets: ['replica'], forMs: [0, 0] },
  finalizer: { targets: ['replica'], forMs: [3_000, 25_000] },
  webhook: { targets: ['pods'], forMs: [3_000, 15_000], percent: [100, 100] },
  denied: { targets: ['pods'], forMs: [3_000, 15_000], percent: [100, 100] },
  'repeated-records': { targets: ['log'], forMs: [0, 0] },
  'node-exchanged': { targets: GPU_NODES, forMs: [3_000, 25_000] },
  'node-lost': { targets: GPU_NODES, forMs: [3_000, 25_000] },
} as const satisfies Readonly<Record<string, KindOfFault>>;

export type FaultKind = keyof typeof FAULTS;

export interface PlannedFault {
  /** Position in the timetable. */
  readonly number: number;
  readonly kind: FaultKind;
  /** From the beginning of the storm, ms. */
  readonly atMs: number;
  readonly forMs: number;
  readonly target: string;
  /** Part of the requests that it meets, in percent; else a number for a choice among what there is. */
  readonly percent: number;
  readonly seconds: number;
}

/** The kinds that a set-up can have, of those that are asked for. */
export const kindsFor = (setUp: SetUp, asked: readonly FaultKind[]): readonly FaultKind[] =>
  asked.filter((kind) => {
    const { only }: KindOfFault = FAULTS[kind];
    return only === undefined || only === setUp;
  });

/** Draws the details of a fault of that kind. */
export function drawFault(kind: FaultKind, number: number, atMs: number, draw: Draw): PlannedFault {
  const { targets, forMs, percent = [1, 100], seconds = [0, 0] }: KindOfFault = FAULTS[kind];
  return {
    ...{ number, kind, atMs },
    target: draw.oneOf(targets),
    forMs: draw.between(...forMs),
    percent: draw.between(...percent),
    seconds: draw.between(...seconds),
  };
}
