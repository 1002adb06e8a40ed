import { delayed, type WantedAt } from '../limits/delay-window';
import { decideOnLoad, initialState, type AutoscalerSettings, type AutoscalerState } from './pod-autoscaler';

/** One decision of a case: what was seen, and what is wanted of it. */
interface Step {
  /** Seconds since the case began. */
  readonly at: number;
  readonly stable: number | undefined;
  readonly panic?: number;
  /** Default 1; null where they cannot be counted. */
  readonly ready?: number | null;
  readonly settings?: Partial<AutoscalerSettings>;
  /** Undefined where nothing can be decided. */
  readonly want: number | undefined;
  /** When panic began or was prolonged, seconds; null outside of panic; absent where it does not matter. */
  readonly panicAt?: number | null;
}

interface Case {
  readonly name: string;
  readonly settings: Partial<AutoscalerSettings>;
  readonly delaySeconds?: number;
  /** State to begin with, times in seconds. */
  readonly begins?: { readonly panicAt?: number; readonly mostInPanic: number };
  readonly steps: readonly Step[];
}

const FIXTURE: AutoscalerSettings = {
  target: 10,
  panicThreshold: 2,
  maxScaleUpRate: 10,
  maxScaleDownRate: 10,
  stableWindowMs: 60_000,
  reachable: true,
};
const DELAYED = { panicThreshold: 100 };

/** The decisions that Knative's own tests expect (knative/serving v0.49, pkg/autoscaler/scaling/autoscaler_test.go). */
const CASES: readonly Case[] = [
  {
    name: 'grows by the stable window',
    settings: {},
    steps: [
      { at: 0, stable: 50, panic: 10, want: 5 },
      { at: 0, stable: 100, panic: 10, want: 10 },
    ],
  },
  {
    name: 'grows by requests per second',
    settings: {},
    steps: [
      { at: 0, stable: 50, panic: 50, want: 5 },
      { at: 0, stable: 100, panic: 99, want: 10 },
    ],
  },
  {
    name: 'shrinks by the stable window',
    settings: {},
    steps: [
      { at: 0, stable: 100, panic: 100, ready: 8, want: 10 },
      { at: 0, stable: 50, panic: 50, ready: 8, want: 5 },
    ],
  },
  {
    name: 'goes to zero without traffic',
    settings: {},
    steps: [
      { at: 0, stable: 1, panic: 0, want: 1 },
      { at: 0, stable: 0, panic: 0, want: 0 },
    ],
  },
  {
    name: 'wakes with the activation scale',
    settings: { activationReplicas: 2 },
    steps: [
      { at: 0, stable: 0, panic: 0, want: 0 },
      { at: 0, stable: 1, panic: 0, want: 2 },
    ],
  },
  {
    name: 'follows exponential growth in panic, and stabilises',
    settings: { target: 1 },
    steps: [
      { at: 0, stable: 6, panic: 6, want: 6 },
      { at: 1, stable: 36, panic: 36, ready: 6, want: 36, panicAt: 1 },
      { at: 2, stable: 216, panic: 216, ready: 36, want: 216, panicAt: 2 },
      { at: 2, stable: 1296, panic: 1296, ready: 216, want: 1296, panicAt: 2 },
      { at: 3, stable: 1296, panic: 1296, ready: 1296, want: 1296, panicAt: 2 },
    ],
  },
  {
    name: 'keeps what panic brought until a stable window has passed',
    settings: {},
    steps: [
      { at: 0, stable: 100, panic: 100, want: 10 },
      { at: 0, stable: 100, panic: 1000, ready: 10, want: 100 },
      { at: 30, stable: 1, panic: 1, ready: 10, want: 100 },
      { at: 61, stable: 1, panic: 1, ready: 10, want: 1, panicAt: null },
    ],
  },
  {
    name: 'leaves panic after a slow rise',
    settings: { target: 1 },
    steps: [
      { at: 0, stable: 11, panic: 25, ready: 10, want: 25, panicAt: 0 },
      { at: 30, stable: 30, panic: 41, ready: 40, want: 41, panicAt: 0 },
      { at: 62, stable: 50, panic: 56, ready: 55, want: 50, panicAt: null },
    ],
  },
  {
    name: 'prolongs panic while the rise goes on',
    settings: { target: 1 },
    steps: [
      { at: 0, stable: 11, panic: 25, ready: 10, want: 25, panicAt: 0 },
      { at: 30, stable: 30, panic: 80, ready: 40, want: 80, panicAt: 30 },
    ],
  },
  {
    name: 'grows at a limited rate',
    settings: {},
    steps: [
      { at: 0, stable: 1000, panic: 1001, want: 10 },
      { at: 0, stable: 1000, panic: 1001, ready: 10, want: 100 },
    ],
  },
  {
    name: 'shrinks at a limited rate',
    settings: {},
    steps: [
      { at: 0, stable: 1, panic: 1, ready: 100, want: 10 },
      { at: 0, stable: 1, panic: 1, ready: 10, want: 1 },
    ],
  },
  {
    name: 'grows by one at the least, however small the rate',
    settings: { target: 1, maxScaleUpRate: 1.1 },
    steps: [{ at: 0, stable: 3, panic: 3.1, ready: 2, want: 3 }],
  },
  {
    name: 'shrinks by a small rate',
    settings: { maxScaleDownRate: 1.1 },
    steps: [{ at: 0, stable: 1, panic: 1, ready: 100, want: 90 }],
  },
  {
    name: 'shrinks without a limit where no new traffic comes',
    settings: { maxScaleDownRate: 1.1, reachable: false },
    steps: [{ at: 0, stable: 1, panic: 1, ready: 100, want: 1 }],
  },
  {
    name: 'goes by the stable window in panic where that wants more',
    settings: { target: 1 },
    begins: { panicAt: -5, mostInPanic: 5 },
    steps: [{ at: 0, stable: 50, panic: 30, ready: 5, want: 50 }],
  },
  {
    name: 'goes by the panic window in panic where that wants more',
    settings: { target: 1 },
    begins: { panicAt: -5, mostInPanic: 5 },
    steps: [{ at: 0, stable: 20, panic: 30, ready: 5, want: 30 }],
  },
  {
    name: 'panics at twice the replicas',
    settings: {},
    steps: [{ at: 0, stable: 50, panic: 100, want: 10, panicAt: 0 }],
  },
  {
    name: 'stays where the load is what is there',
    settings: {},
    steps: [{ at: 0, stable: 50, panic: 50, ready: 5, want: 5, panicAt: null }],
  },
  { name: 'wants none at no load', settings: {}, steps: [{ at: 0, stable: 0, panic: 0, want: 0 }] },
  {
    name: 'wants one for a load below the target',
    settings: { target: 181 },
    steps: [{ at: 0, stable: 21, panic: 26, want: 1 }],
  },
  {
    name: 'counts none ready as one',
    settings: {},
    steps: [{ at: 0, stable: 1000, panic: 888, ready: 0, want: 10 }],
  },
  {
    name: 'takes a new target at once',
    settings: {},
    steps: [
      { at: 0, stable: 100, panic: 101, want: 10 },
      { at: 0, stable: 100, panic: 101, ready: 10, settings: { target: 1 }, want: 100 },
    ],
  },
  {
    name: 'decides nothing without data',
    settings: {},
    steps: [{ at: 0, stable: undefined, want: undefined }],
  },
  {
    name: 'decides nothing where pods cannot be counted',
    settings: {},
    steps: [{ at: 0, stable: 1000, panic: 888, ready: null, want: undefined }],
  },
  {
    name: 'shrinks without a delay where no new traffic comes',
    settings: DELAYED,
    delaySeconds: 300,
    steps: [
      { at: 2, stable: 40, panic: 40, want: 4 },
      { at: 60, stable: 0, panic: 0, want: 4 },
      { at: 62, stable: 0, panic: 0, settings: { reachable: false }, want: 0 },
    ],
  },
  {
    name: 'shrinks five minutes after the last larger wish',
    settings: DELAYED,
    delaySeconds: 300,
    steps: [
      { at: 0, stable: 0, panic: 0, want: 0 },
      { at: 2, stable: 40, panic: 40, want: 4 },
      { at: 60, stable: 0, panic: 0, want: 4 },
      { at: 300, stable: 0, panic: 0, want: 4 },
      { at: 302, stable: 0, panic: 0, want: 0 },
    ],
  },
  {
    name: 'shrinks step by step as larger wishes pass',
    settings: DELAYED,
    delaySeconds: 300,
    steps: [
      { at: 540, stable: 40, panic: 40, want: 4 },
      { at: 600, stable: 30, panic: 30, want: 4 },
      { at: 660, stable: 0, panic: 0, want: 4 },
      { at: 840, stable: 0, panic: 0, want: 3 },
      { at: 900, stable: 0, panic: 0, want: 0 },
    ],
  },
  {
    name: 'shrinks at once without a delay',
    settings: DELAYED,
    steps: [
      { at: 0, stable: 40, panic: 40, want: 4 },
      { at: 0.5, stable: 20, panic: 20, want: 2 },
    ],
  },
  {
    name: 'takes the most of one tick with a delay of one tick',
    settings: DELAYED,
    delaySeconds: 2,
    steps: [
      { at: 0, stable: 40, panic: 40, want: 4 },
      { at: 0.5, stable: 20, panic: 20, want: 4 },
    ],
  },
];

describe('the decision on load', () => {
  it.each(CASES)('$name', ({ settings, delaySeconds = 0, begins, steps }) => {
    let state: AutoscalerState = begins
      ? { ...begins, ...(begins.panicAt === undefined ? {} : { panicAt: begins.panicAt * 1000 }) }
      : initialState(0, 1);
    let wanted: readonly WantedAt[] = [];
    for (const { at, stable, panic, ready = 1, settings: now, want, panicAt } of steps) {
      const decided = decideOnLoad({ ...FIXTURE, ...settings, ...now }, state, {
        now: at * 1000,
        readyReplicas: ready ?? undefined,
        stable,
        panic,
      });
      state = decided.state;
      let { replicas } = decided;
      const isDelayed = delaySeconds > 0 && now?.reachable !== false;
      if (isDelayed && replicas !== undefined)
        ({ replicas, wanted } = delayed(wanted, at * 1000, delaySeconds * 1000, replicas));

      expect({ at, replicas }).toEqual({ at, replicas: want });
      if (panicAt !== undefined) expect(state.panicAt ?? null).toBe(panicAt === null ? null : panicAt * 1000);
    }
  });

  it('begins in panic where more than one replica is ready, so that a lost history shrinks nothing', () => {
    const begun = initialState(1_000, 5);
    const idle = { readyReplicas: 5, stable: 0, panic: 0 };

    const first = decideOnLoad(FIXTURE, begun, { now: 3_000, ...idle });
    const after = decideOnLoad(FIXTURE, first.state, { now: 63_000, ...idle });

    expect([first.replicas, after.replicas]).toEqual([5, 0]);
    expect(initialState(1_000, 1).panicAt).toBeUndefined();
  });

  it('counts a panic window that alone is without data as no load', () => {
    const { replicas } = decideOnLoad(FIXTURE, initialState(0, 1), {
      now: 0,
      readyReplicas: 4,
      stable: 40,
      panic: undefined,
    });
    expect(replicas).toBe(4);
  });
});
