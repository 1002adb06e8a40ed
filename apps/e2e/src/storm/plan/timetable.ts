import { drawFrom } from './draw';
import { drawFault, kindsFor, type FaultKind, type PlannedFault, type SetUp } from './kinds';
import { planRequests, survivors, type PlannedRequest } from './requests';

export interface StormOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Kinds of faults to choose from. */
  readonly kinds: readonly FaultKind[];
}

/** All that happens in a storm, in the order of time. The same options on the same set-up give the same timetable. */
export interface Timetable {
  readonly forMs: number;
  readonly requests: readonly PlannedRequest[];
  readonly faults: readonly PlannedFault[];
  /** Names of the workloads that stay. */
  readonly survivors: readonly string[];
}

/** Before the first fault, ms: the first workloads come up on a quiet platform. */
const CALM_MS = 5_000;
const APART_MS = [3_000, 8_000] as const;
/** So that the draws of requests and faults do not depend on each other. */
const FAULTS_SEED = 0x5eed;

export function timetable({ seed, minutes, kinds }: StormOptions, setUp: SetUp): Timetable {
  const forMs = Math.round(minutes * 60_000);
  const requests = planRequests(forMs, drawFrom(seed));
  return {
    ...{ forMs, requests },
    faults: planFaults(forMs, kindsFor(setUp, kinds), seed),
    survivors: survivors(requests),
  };
}

/** Deals the kinds in rounds, each kind once in a round, so that short storms have every kind too. */
function planFaults(forMs: number, kinds: readonly FaultKind[], seed: number): readonly PlannedFault[] {
  const draw = drawFrom(seed ^ FAULTS_SEED);
  const faults: PlannedFault[] = [];
  let deck: readonly FaultKind[] = [];
  for (let atMs = CALM_MS; atMs < forMs && kinds.length > 0; atMs += draw.between(...APART_MS)) {
    if (deck.length === 0) deck = draw.shuffled(kinds);
    const [kind, ...rest] = deck;
    deck = rest;
    if (kind !== undefined) faults.push(drawFault(kind, faults.length, atMs, draw));
  }
  return faults;
}
