import { atLeast, atMost, type Bar } from '../placement-trace/report';
import { rounded } from '../placement-trace/statistics';
import type { CaseResult, Figures } from './rounds';

/** Parts of the rates of others that ours has to reach. */
const OF_BARE = 0.8;
const OF_BARE_TOKENS = 0.9;
const OF_PORTKEY = 3;
/** How much later than through the bare proxy the slowest hundredth may be, ms. */
const LATER_MS = 2;
/** Longest time until a new workload is served, ms. */
const NEW_ROUTE_MS = 1_000;

/** What was measured; a case that was left out is absent. */
export interface Measured {
  readonly plain?: CaseResult;
  readonly half?: CaseResult;
  readonly stream?: CaseResult;
  readonly pace?: CaseResult;
  readonly newRouteMs?: number;
}

/** The bars of what was measured. */
export function bars({ plain, half, stream, pace, newRouteMs }: Measured): readonly Bar[] {
  return [
    ...compare(plain, 'bare', (ours, bare) =>
      atLeast('plain requests: part of the bare rate', ratio(ours.perSecond, bare.perSecond), OF_BARE),
    ),
    ...compare(plain, 'portkey', (ours, portkey) =>
      atLeast("plain requests: times Portkey's rate", ratio(ours.perSecond, portkey.perSecond), OF_PORTKEY),
    ),
    ...compare(half, 'bare', (ours, bare) =>
      atMost(
        'half of our rate: p99 later than through the bare proxy, ms',
        rounded(ours.p99Ms - bare.p99Ms, 2),
        LATER_MS,
      ),
    ),
    ...compare(stream, 'bare', (ours, bare) =>
      atLeast(
        'streams: part of the bare tokens per second',
        ratio(ours.tokensPerSecond, bare.tokensPerSecond),
        OF_BARE_TOKENS,
      ),
    ),
    ...compare(pace, 'bare', (ours, bare) =>
      atMost(
        'streams: p99 of a token later than through the bare proxy, ms',
        rounded(ours.tokenP99Ms - bare.tokenP99Ms, 2),
        LATER_MS,
      ),
    ),
    ...(newRouteMs === undefined
      ? []
      : [atMost('a new workload is served after, ms', newRouteMs, NEW_ROUTE_MS)]),
  ];
}

function compare(
  result: CaseResult | undefined,
  rival: string,
  bar: (ours: Figures, theirs: Figures) => Bar,
): readonly Bar[] {
  const [ours, theirs] = [result?.figures['tessera'], result?.figures[rival]];
  return ours === undefined || theirs === undefined ? [] : [bar(ours, theirs)];
}

const ratio = (ours: number, theirs: number): number => rounded(ours / theirs, 3);
